import { expect, test } from "vitest";
import { type CommandInfo, CommandTable } from "../router/commands.ts";
import type { Router } from "../router/router.ts";
import type { Door } from "../redis/door.ts";
import { openTeacher } from "./command-tables.ts";
import type { Turn } from "./loop.ts";

const row = (name: string, flag: string) => [name, 2, [flag], 1, 1, 1, [], [], [], []];
const ROWS = [row("get", "readonly"), row("set", "write"), row("ping", "fast")];

/** A turn whose route leads to this node. */
const turnTo = (node: string) => ({ decided: { memory: { route: { kind: "primary", node } } } }) as Turn;

function pupil() {
  const learned: (readonly CommandInfo[])[] = [];
  return { learned, router: { learn: (infos) => void learned.push(infos) } as Router };
}

const doorSaying = (answer: () => Promise<unknown>): Door => ({ call: answer }) as unknown as Door;

test("groups whose servers have the same commands share one table, in whatever order", async () => {
  const teacher = openTeacher();
  const pupils = [pupil(), pupil()];
  for (const [index, { router }] of pupils.entries()) {
    const rows = index === 0 ? ROWS : ROWS.toReversed();
    teacher.of([router], () => doorSaying(() => Promise.resolve(rows)))(turnTo("h1"));
  }
  await expect.poll(() => pupils.map(({ learned }) => learned.length)).toEqual([1, 1]);
  const [one, other] = pupils.map(({ learned }) => learned[0] ?? []);
  expect(one).toBe(other);
  expect(CommandTable.of(one ?? [])).toBe(CommandTable.of(other ?? []));
  expect(CommandTable.of(one ?? []).lookup("SET").isWrite).toBe(true);
});

test("a primary is asked once, and again at a later turn when it did not answer", async () => {
  const { learned, router } = pupil();
  let asked = 0;
  const answer = () => {
    asked += 1;
    return asked === 1 ? Promise.reject(new Error("no answer in time")) : Promise.resolve(ROWS);
  };
  const see = openTeacher().of([router], () => doorSaying(answer));
  see(turnTo("h1"));
  await expect.poll(() => asked).toBe(1);
  await expect
    .poll(() => {
      see(turnTo("h1"));
      return learned.length;
    })
    .toBe(1);
  see(turnTo("h1"));
  expect(asked).toBe(2);
});
