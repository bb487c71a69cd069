import { expect, test } from "vitest";
import { systemClock } from "../sys/clock.ts";
import type { Context, Given } from "./command.ts";
import { answersFor } from "./doctor-live.ts";

const context: Context = {
  terminal: {
    isInteractive: false,
    colour: false,
    columns: 100,
    out: () => undefined,
    note: () => undefined,
    outBacklogBytes: () => 0,
  },
  clock: systemClock,
  environment: {},
  signal: new AbortController().signal,
};

test("asks nobody without being told to", async () => {
  expect(await answersFor({}, context)).toEqual({ silent: [] });
});

test.each([
  [{ sentinel: "10.0.0.1:26379" }, "USAGE", "--live"],
  [{ live: true }, "USAGE", "--sentinel ADDRESS:PORT"],
  [{ live: true, sentinel: "10.0.0.1" }, "USAGE", '"10.0.0.1": expected ADDRESS:PORT'],
  [{ live: true, sentinel: "redis.example:26379" }, "USAGE", "expected ADDRESS:PORT"],
  [{ live: true, sentinel: "10.0.0.1:99999" }, "USAGE", "expected ADDRESS:PORT"],
  [{ live: true, sentinel: "10.0.0.1:1", redisPasswordEnv: "NOT_SET" }, "SECRET", "NOT_SET"],
  [
    { live: true, sentinel: "10.0.0.1:1", redisPasswordEnv: "A", redisPasswordFile: "b" },
    "USAGE",
    "--redis-password-env and --redis-password-file",
  ],
] as const satisfies readonly (readonly [Given, string, string])[])(
  "refuses %j with %s, and says %j",
  async (given, code, sentence) => {
    const message = expect.stringContaining(sentence) as string;
    await expect(answersFor(given, context)).rejects.toMatchObject({ code, message });
  },
);

test("says so when nobody answers", async () => {
  const given = { live: true, sentinel: "127.0.0.1:1,[::1]:1" };
  const message = expect.stringMatching(
    /nobody answers: 127\.0\.0\.1:1 said nothing: .*; ::1:1 said nothing: /,
  ) as string;
  await expect(answersFor(given, context)).rejects.toMatchObject({ code: "UNREACHABLE", message });
});
