// The backend of the example for Shopify by its own tests, and its processes by what is wrong with them.
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { examplesFolder } from "../scenario/support/examples.ts";
import { type RedisServer, startRedisServer } from "../scenario/support/redis-server.ts";

const folder = join(examplesFolder, "shopify-ovh");
const PASSWORD = "quinces-and-medlars";
const PLACE = { address: "127.0.93.1", port: 6379 };

let server: RedisServer;
beforeAll(async () => {
  server = await startRedisServer({ ...PLACE, password: PASSWORD });
});
afterAll(async () => {
  await server.close();
});

function node(args: readonly string[], environment: NodeJS.ProcessEnv) {
  const { PATH } = process.env;
  const options = { cwd: folder, encoding: "utf8", env: { PATH, ...environment } } as const;
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { ...options, timeout: 60_000 });
  return { status, said: `${stdout}${stderr}` };
}

test("it passes its own tests, and shows no password", () => {
  const where = { REDIS_ENDPOINT: `${PLACE.address}:${PLACE.port}`, REDIS_PASSWORD: PASSWORD };
  const { status, said } = node(["--test", "tests.mjs"], where);
  expect(status, said).toBe(0);
  expect(said).toMatch(/^# pass 8$/m);
  expect(said).not.toContain(PASSWORD);
});

test.each([
  [{}, "REDIS_PASSWORD is not set"],
  [{ REDIS_PASSWORD: PASSWORD }, "SHOPIFY_API_SECRET is not set"],
])("without %o it says what it lacks", (environment, sentence) => {
  expect(node(["server.mjs"], environment)).toEqual({ status: 2, said: `${sentence}\n` });
});

test.each([{ REDIS_ENDPOINT: "somewhere" }, { LISTEN: "8080" }])(
  "with %o it says what it expected",
  (environment) => {
    const all = { REDIS_PASSWORD: PASSWORD, SHOPIFY_API_SECRET: "pears", ...environment };
    const [name, value] = Object.entries(environment)[0] ?? [];
    const said = `${name} is ${value}, and not ADDRESS:PORT\n`;
    expect(node(["server.mjs"], all)).toEqual({ status: 2, said });
  },
);
