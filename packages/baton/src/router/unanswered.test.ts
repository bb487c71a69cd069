// What may be sent a second time when a connection is lost, and what must not.
import { beforeEach, expect, test } from "vitest";
import { CommandTable } from "./commands.ts";
import { command, KNOWN } from "./primary.fixture.ts";
import { Unanswered } from "./unanswered.ts";

const { lookup } = CommandTable.of(KNOWN);
const EFFECT = { kind: "change" } as const;

let unanswered: Unanswered;
beforeEach(() => {
  unanswered = new Unanswered();
});

/** As they come in one piece. */
function send(...names: readonly string[]): void {
  for (const name of names) unanswered.count(lookup(name), undefined);
  unanswered.keep(Buffer.from(names.map((name) => command(name)).join("")));
}
function answer(count: number): void {
  for (let left = count; left > 0; left -= 1) unanswered.answer();
}
/** The names of the commands that would be sent again. */
const replayed = () =>
  unanswered
    .replay(lookup)
    ?.toString()
    .match(/[a-z]+/gi) ?? undefined;

test("counts what the client sent, without what the router sent itself", () => {
  send("get", "set");
  unanswered.countOwn();
  send("get");
  answer(2);
  expect([unanswered.commands, unanswered.owed]).toEqual([3, 2]);
});

test("replays nothing when everything is answered", () => {
  expect(unanswered.replay(lookup)).toHaveLength(0);
  send("GET", "SET");
  answer(2);
  expect([unanswered.replay(lookup)?.length, unanswered.owed]).toEqual([0, 0]);
});

test("replays what is owed in order, and only that, after any number of answers", () => {
  for (let answered = 0; answered < 5; answered += 1) {
    unanswered = new Unanswered();
    send("GET", "PING", "ECHO");
    send("PING");
    send("ECHO", "GET");
    answer(answered);
    expect(unanswered.owed).toBe(6 - answered);
    expect(replayed()).toEqual(["GET", "PING", "ECHO", "PING", "ECHO", "GET"].slice(answered));
  }
});

test("replays nothing that may write, and reads only while no write is owed before or behind them", () => {
  send("GET");
  send("SET");
  expect(replayed()).toBeUndefined();
  answer(1);
  expect(replayed()).toBeUndefined();
  answer(1);
  send("GET");
  expect(replayed()).toEqual(["GET"]);
});

test("replays no part of a batch without the rest of it, whichever of them may write", () => {
  send("SET", "GET");
  send("PING");
  answer(1);
  expect(replayed()).not.toEqual(["PING"]);
  answer(1);
  expect(replayed()).toEqual(["PING"]);
});

test("replays no command of which only a part was kept", () => {
  unanswered.count(lookup("echo"), undefined);
  unanswered.doubt();
  send("GET");
  expect(replayed()).toBeUndefined();
  answer(1);
  expect(replayed()).toEqual(["GET"]);
});

test("replays nothing while a reply is owed that changes the session", () => {
  unanswered.count(lookup("get"), EFFECT);
  unanswered.keep(Buffer.from(command("GET")));
  expect(replayed()).toBeUndefined();
  expect(unanswered.answer()).toBe(EFFECT);
  expect(unanswered.replay(lookup)).toHaveLength(0);
});

test("replays nothing that is longer than it may keep, until that is answered", () => {
  const long = Buffer.from(command("ECHO", "x".repeat(40 * 1024)));
  for (let sent = 0; sent < 2; sent += 1) {
    unanswered.count(lookup("echo"), undefined);
    unanswered.keep(long);
  }
  send("GET");
  answer(1);
  expect(replayed()).toBeUndefined();
  answer(1);
  expect(replayed()).toEqual(["GET"]);
});

test("is full from 1,024 effects on, and hands each back with its own reply", () => {
  const effects = Array.from({ length: 1024 }, () => ({ kind: "change" }) as const);
  send("GET");
  for (const effect of effects) {
    expect(unanswered.isFull).toBe(false);
    unanswered.count(lookup("select"), effect);
  }
  expect([unanswered.isFull, unanswered.answer()]).toEqual([true, undefined]);
  expect(effects.every((effect) => unanswered.answer() === effect)).toBe(true);
  expect([unanswered.isFull, unanswered.owed]).toEqual([false, 0]);
});
