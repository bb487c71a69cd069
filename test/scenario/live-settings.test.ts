// Which directives a running Redis takes is asked of a real one, about every name that it has.
import { afterAll, beforeAll, expect, test } from "vitest";
import { FIXED_AT_START } from "../../packages/baton/src/converge/live-settings.ts";
import { type Door, openDoor } from "../../packages/baton/src/redis/door.ts";
import { parseInfo } from "../../packages/baton/src/redis/replies.ts";
import { type RedisServer, startRedisServer } from "./support/redis-server.ts";

const at = { address: "127.0.0.1", port: 7391 };

let server: RedisServer;
let door: Door;
let settings: readonly (readonly [string, string])[];
beforeAll(async () => {
  server = await startRedisServer(at);
  door = openDoor(at);
  const reply = await door.call(["CONFIG", "GET", "*"]);
  if (!Array.isArray(reply)) throw new Error("CONFIG GET * has no list for an answer");
  const words = reply.map(String);
  settings = words.flatMap((name, index) =>
    index % 2 === 0 ? [[name, words[index + 1] ?? ""] as const] : [],
  );
});
afterAll(async () => {
  door?.close();
  await server?.close();
});

/** What it says to a value; undefined when it takes it. */
async function refusal(name: string, value: string): Promise<string | undefined> {
  try {
    await door.call(["CONFIG", "SET", name, value]);
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}

test("what Redis 7.0 refuses while it runs is in the table, and nothing else", async (context) => {
  const version = parseInfo(await door.call(["INFO", "server"])).get("redis_version") ?? "";
  const isOther = !version.startsWith("7.0.");
  if (isOther) process.stderr.write(`SKIPPED ${context.task.name}: this is Redis ${version}\n`);
  context.skip(isOther, `this is Redis ${version}`);
  expect(settings.length).toBeGreaterThan(150);
  const refused: string[] = [];
  for (const [name, value] of settings) {
    const said = await refusal(name, value);
    if (said === undefined) continue;
    // Its own value is never wrong: what it says is about the name.
    expect(said, name).toMatch(/can't set (immutable|protected) config/);
    refused.push(name);
  }
  const known = settings.map(([name]) => name);
  const missing = refused.filter((name) => !FIXED_AT_START.has(name));
  const needless = known.filter((name) => FIXED_AT_START.has(name) && !refused.includes(name));
  expect(
    { missing, needless },
    `FIXED_AT_START lacks what Redis ${version} refuses (missing), or has what it takes (needless)`,
  ).toEqual({ missing: [], needless: [] });
});

test("a directive of the table that the server does not have cannot be set either", async () => {
  const known = new Set(settings.map(([name]) => name));
  const others = [...FIXED_AT_START].filter((name) => !known.has(name));
  expect(others).toEqual(expect.arrayContaining(["include", "loadmodule", "rename-command"]));
  for (const name of others) expect(await refusal(name, "x"), name).toContain("Unknown option");
});
