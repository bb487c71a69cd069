// Promises of clients that are processes, kept against a real child that misbehaves.
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { afterEach, expect, test } from "vitest";
import { findProcesses } from "../../sys/processes.ts";
import { missing, seen, waitFor } from "../../sys/wait.ts";
import type { WorkloadClient } from "./client.ts";
import { openProcessClient, type ProcessClientOptions } from "./process.ts";

const program = fileURLToPath(
  new URL("../../../../../test/clients/line-misbehaving.mjs", import.meta.url),
);
const KEY = "baton:drill:test";
const PASSWORD = "not-to-be-seen-anywhere";

const optionsOf = (manner: string): ProcessClientOptions => ({
  id: "one-1",
  kind: "one",
  command: [process.execPath, program, manner, MARK],
  environment: process.env,
  patience: { readyMs: 10_000, answerMs: 10_000, stopMs: 500 },
  open: {
    kind: "open",
    way: "sentinel",
    sentinels: ["127.0.1.1:26379"],
    group: "main",
    username: "",
    password: PASSWORD,
    key: KEY,
    retryForMs: 0,
  },
});
/** Finds the children of this test again. */
const MARK = `of-test-${process.pid}`;
const children = () => findProcesses((argv) => argv.includes(MARK));

const opened: WorkloadClient[] = [];
async function open(manner: string, more: Partial<ProcessClientOptions> = {}) {
  const client = await openProcessClient({ ...optionsOf(manner), ...more });
  opened.push(client);
  return client;
}
const impatient = { readyMs: 10_000, answerMs: 300, stopMs: 500 };

afterEach(async () => {
  for (const client of opened.splice(0)) await client.close();
  expect(children()).toEqual([]);
});

test("takes every outcome as the program tells it, and hears its news", async () => {
  const client = await open("outcomes");
  expect({ program: client.program, way: client.way, closed: client.closed() }).toEqual({
    program: "nöde outcomes",
    way: "sentinel",
    closed: 1,
  });
  expect(await client.write(KEY, 0)).toEqual({ kind: "failed", error: "READONLY" });
  expect(await client.write(KEY, 1)).toEqual({ kind: "unknown", error: "timeout" });
  expect(await client.write(KEY, 2)).toEqual({ kind: "acknowledged" });
  expect(await client.read?.()).toEqual({ kind: "value", last: null });
  await client.close();
  expect({ complaint: client.complaint?.(), isUsable: client.isUsable?.() }).toEqual({
    complaint: undefined,
    isUsable: true,
  });
});

test.each([
  ["says garbage", "garbage", "garbled", 'what the protocol does not know: "Redis says hello"'],
  ["says a line of 1 MB", "long", "garbled", "a line longer than 65536 bytes"],
  ["says what is no UTF-8", "bytes", "garbled", "what the protocol does not know"],
  ["says an error of many words", "sentence", "garbled", "what the protocol does not know"],
  ["answers the wrong id", "wrong-id", "garbled", 'asked to write 2, it said {"kind":"done","id":3}'],
  ["answers another question", "value", "garbled", "asked to write 2, it said"],
  ["dies", "dies", "process-died", "ended by itself (exit code 7); its last words: out of luck"],
])(
  "a program that %s leaves its write unknown, and can write no more",
  async (_, manner, error, said) => {
    const client = await open(manner);
    expect(await client.write(KEY, 1)).toEqual({ kind: "acknowledged" });
    expect(client.isUsable?.()).toBe(true);
    expect(await client.write(KEY, 2)).toEqual({ kind: "unknown", error });
    expect(client.isUsable?.()).toBe(false);
    expect(client.complaint?.()).toContain(said);
    expect(await client.write(KEY, 3)).toEqual({ kind: "unknown", error });
  },
);

test("a program that answers twice is ended, and the write that it acknowledged stays so", async () => {
  const client = await open("twice");
  expect(await client.write(KEY, 2)).toEqual({ kind: "acknowledged" });
  expect(await client.write(KEY, 3)).toMatchObject({ kind: "unknown", error: "garbled" });
  expect(client.isUsable?.()).toBe(false);
});

test("a program that does not answer has the time of a write, and no more", async () => {
  const client = await open("silent", { patience: impatient });
  expect(await client.write(KEY, 2)).toEqual({ kind: "unknown", error: "no-answer" });
  expect(client.complaint?.()).toMatch(/^it did not answer "write" within \d+ ms$/);
  expect(client.isUsable?.()).toBe(false);
});

test("a write that is open when the drill is over is unknown, and no fault of the program", async () => {
  const client = await open("silent");
  const writing = client.write(KEY, 2);
  await client.close();
  expect(await writing).toEqual({ kind: "unknown", error: "no-answer" });
  expect(client.isUsable?.()).toBe(true);
});

test.each([
  ["is never ready", "never-ready", 'it did not answer "open" within'],
  ["is unable", "unable", "it is unable: the library is too old"],
])("a program that %s is refused with its reason, and is gone", async (_, manner, said) => {
  const opening = open(manner, { patience: { ...impatient, readyMs: 2_000 } });
  await expect(opening).rejects.toMatchObject({ code: "UNABLE" });
  await expect(opening).rejects.toThrow(`the client one-1 (${process.execPath}`);
  await expect(opening).rejects.toThrow(said);
});

test("a program that is not there is refused by name", async () => {
  const opening = open("well", { command: ["/nowhere/client"] });
  await expect(opening).rejects.toThrow("/nowhere/client cannot be started: there is no such program");
});

test.each([
  ["SIGTERM", "stays"],
  ["SIGKILL", "stays-for-ever"],
])(
  "a program that does not stop when it is told to is ended with %s, which is told",
  async (signal, manner) => {
    const client = await open(manner);
    await client.close();
    expect(client.complaint?.()).toContain(`it took ${signal}`);
    expect(client.isUsable?.()).toBe(true);
    expect(children()).toEqual([]);
  },
);

test("what a program forked and left behind goes with it", async () => {
  const client = await open("forks");
  expect(children()).toHaveLength(2);
  await client.close();
  expect(client.complaint?.()).toBeUndefined();
  await waitFor(
    "the end of both",
    () => (children().length === 0 ? seen(true) : missing("one is left")),
    {
      withinMs: 5_000,
    },
  );
});

test("the password is in no argument of the process and nowhere in its environment", async () => {
  await open("well");
  const [child, ...others] = children();
  expect(others).toEqual([]);
  const seenBy = (file: string) => readFileSync(`/proc/${child?.pid}/${file}`, "utf8");
  expect(seenBy("cmdline")).toContain(MARK);
  expect(`${seenBy("cmdline")} ${seenBy("environ")}`).not.toContain(PASSWORD);
});
