import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { systemClock } from "../sys/clock.ts";
import { adopt } from "./adopt.ts";
import type { Context, Given } from "./command.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "adopt-"));
});
afterEach(() => rm(folder, { recursive: true }));

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

test.each([
  [{}, "USAGE", "adopt needs a Sentinel to begin with"],
  [{ sentinel: "redis.example:26379" }, "USAGE", "expected ADDRESS:PORT"],
  [{ sentinel: "127.0.0.1:1", redisPasswordEnv: "NOT_SET" }, "SECRET", "NOT_SET"],
  [{ sentinel: "127.0.0.1:1", tlsCert: "own.pem" }, "USAGE", "--tls-cert and --tls-key go together"],
  [{ sentinel: "127.0.0.1:1" }, "UNREACHABLE", "127.0.0.1:1 said nothing: connect ECONNREFUSED"],
] as const satisfies readonly (readonly [Given, string, string])[])(
  "refuses %j with %s, says %j, and writes nothing",
  async (given, code, sentence) => {
    const message = expect.stringContaining(sentence) as string;
    const out = join(folder, "cluster.yml");
    await expect(adopt.run({ ...given, out }, context)).rejects.toMatchObject({ code, message });
    expect(await readdir(folder)).toEqual([]);
  },
);

test("asks nobody where the file is already there", async () => {
  const given = { sentinel: "127.0.0.1:1", out: folder };
  const message = expect.stringContaining(`--out ${folder}: there is something of that name`) as string;
  await expect(adopt.run(given, context)).rejects.toMatchObject({ code: "USAGE", message });
});

test("ends at once when it is interrupted", async () => {
  const signal = AbortSignal.abort(new Error("SIGINT"));
  const given = { sentinel: "127.0.0.1:1", out: join(folder, "cluster.yml") };
  await expect(adopt.run(given, { ...context, signal })).rejects.toThrow("SIGINT");
});
