import { expect, test } from "vitest";
import { systemClock } from "../sys/clock.ts";
import { missing, seen, waitFor } from "../sys/wait.ts";
import { sourceOf } from "./source.ts";

function clockAt(start: number) {
  let nowMs = start;
  return {
    clock: { ...systemClock, monotonicMs: () => nowMs },
    pass: (ms: number) => void (nowMs += ms),
  };
}

test("asks one question at a time, however often it is told to", async () => {
  let asked = 0;
  let answer: (value: string) => void = () => undefined;
  const question = () => {
    asked += 1;
    return new Promise<string>((resolve) => (answer = resolve));
  };
  const source = sourceOf(question, systemClock);
  const both = [source.ask(), source.ask()];
  answer("yes");
  await Promise.all(both);
  expect(asked).toBe(1);
  expect(source.latest(1_000)).toEqual({ kind: "answer", value: "yes" });
});

test("takes an answer that is too old for none, and says how old it is", async () => {
  const { clock, pass } = clockAt(1_000);
  const source = sourceOf(() => Promise.resolve("yes"), clock);
  expect(source.latest(1_000)).toMatchObject({ kind: "none", reason: "has not answered yet" });
  await source.ask();
  pass(1_001);
  expect(source.latest(1_000)).toMatchObject({ kind: "none", reason: "last answered 1001 ms ago" });
});

test("a failed question replaces the answer before it", async () => {
  let isAlive = true;
  const source = sourceOf(
    () => (isAlive ? Promise.resolve(1) : Promise.reject(new Error("refused"))),
    systemClock,
  );
  await source.ask();
  isAlive = false;
  await source.ask();
  expect(source.latest(60_000)).toMatchObject({ kind: "none", reason: "refused" });
});

test("an answer's age counts from when it was asked for, not from when it came", async () => {
  const { clock, pass } = clockAt(0);
  const source = sourceOf(async () => {
    pass(900);
    return await Promise.resolve("slow");
  }, clock);
  await source.ask();
  pass(200);
  expect(source.latest(1_000)).toMatchObject({ kind: "none", reason: "last answered 1100 ms ago" });
});

test("who wants to know all is asked for after a brief question that is under way", async () => {
  const asked: boolean[] = [];
  let answer: () => void = () => undefined;
  const question = (isBrief: boolean) => {
    asked.push(isBrief);
    return new Promise<boolean>((resolve) => (answer = () => resolve(isBrief)));
  };
  const source = sourceOf(question, systemClock);
  const brief = source.ask(true);
  const all = source.ask();
  const another = source.ask(true);
  expect(asked).toEqual([true]);
  answer();
  await brief;
  await waitFor("the second question", () => (asked.length === 2 ? seen(asked) : missing("one")), {
    withinMs: 1_000,
    everyMs: 1,
  });
  answer();
  await Promise.all([all, another]);
  expect(asked).toEqual([true, false]);
  expect(source.latest(1_000)).toEqual({ kind: "answer", value: false });
});
