// The recipes against a node and a Sentinel that speak TLS only and want the login.
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { DrillClients } from "../scenario/support/drill-client.ts";
import { buildCpp, cpp, recipesWithTls } from "../scenario/support/recipes.ts";
import { startTlsPair, type TlsPair } from "../scenario/support/tls-pair.ts";

const [ADDRESS, UNNAMED] = ["127.0.89.8", "127.0.89.9"];
const [PASSWORD, WRONG] = ["tulip-of-the-drill", "rose-of-nobody"];
const way = { way: "sentinel", sentinels: [`${ADDRESS}:26379`], group: "main" };
const clients = new DrillClients({ ...way, password: PASSWORD });
const table = recipesWithTls.map((recipe) => [recipe.label, recipe] as const);

let pair: TlsPair;
beforeAll(async () => {
  await buildCpp();
  pair = await startTlsPair({ named: ADDRESS, unnamed: UNNAMED, password: PASSWORD });
}, 300_000);
afterAll(async () => {
  await pair.close();
});
afterEach(async () => {
  for (const { label, said } of await clients.endAll())
    expect(said, `${label} shows a password`).not.toMatch(new RegExp(`${PASSWORD}|${WRONG}`));
});

test.each(table)("%s writes, by the word of its authority alone", async (_, recipe) => {
  const client = await clients.open(recipe, { tls: { ca: pair.authority } });
  for (let count = 0; count < 5; count += 1) await client.write();
  expect(client.acknowledged).toEqual([1, 2, 3, 4, 5]);
  const stranger = await clients.open(recipe, { tls: { ca: pair.stranger }, retryForMs: 0 });
  expect((await stranger.write()).line).toMatchObject({ kind: "not-done", error: "no-primary" });
  const node = { way: "router", router: `${ADDRESS}:6379`, retryForMs: 0 };
  const near = await clients.open(recipe, { ...node, tls: { ca: pair.authority } });
  expect((await near.write()).line).toEqual({ kind: "done", id: 1 });
  const far = await clients.open(recipe, { ...node, tls: { ca: pair.stranger } });
  expect((await far.write()).line).toMatchObject({ kind: "not-done", error: "no-connection" });
});

test.each(table)(
  "%s looks at the name in the certificate only where it is asked to",
  async (_, recipe) => {
    const writes = async (address: string, checkNames: boolean) => {
      const tls = { ca: pair.authority, checkNames };
      const order = { way: "router", router: `${address}:6379`, retryForMs: 0, tls };
      const client = await clients.open(recipe, order);
      const { line } = await client.write();
      return line.error ?? line.kind;
    };
    expect(await writes(UNNAMED, false)).toBe("done");
    expect(await writes(ADDRESS, true)).toBe("done");
    expect(await writes(UNNAMED, true)).toBe("no-connection");
    const sentinels = [`${UNNAMED}:26379`];
    const strict = { sentinels, retryForMs: 0, tls: { ca: pair.authority, checkNames: true } };
    const client = await clients.open(recipe, strict);
    expect((await client.write()).line).toMatchObject({ kind: "not-done", error: "no-primary" });
  },
);

test.each(table)("%s tells at once that the Sentinels refuse the login", async (_, recipe) => {
  const tls = { ca: pair.authority };
  for (const [password, error] of [
    [WRONG, "WRONGPASS"],
    ["", "NOAUTH"],
  ]) {
    const client = await clients.open(recipe, { tls, password });
    const { line, tookMs } = await client.write();
    expect(line).toEqual({ kind: "not-done", id: 1, error });
    expect(tookMs).toBeLessThan(1_000);
  }
});

test("C++ says that it has no TLS, and ends with 3", async () => {
  const client = clients.start(cpp, { tls: { ca: pair.authority } });
  const { reason } = await client.heard("unable", ({ kind }) => kind === "unable");
  expect(reason).toContain("no TLS");
  expect(await client.ended()).toBe(3);
});
