// The recipes for Perl and Python against a node and a Sentinel that speak TLS only and want the login.
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { DrillClients } from "./support/drill-client.ts";
import { type TlsPair, startTlsPair } from "./support/tls-pair.ts";

const ADDRESS = "127.0.76.8";
const PASSWORD = "tulip-of-the-drill";
const RECIPES = ["perl", "python"];
const way = { way: "sentinel", sentinels: [`${ADDRESS}:26379`], group: "main" };
const clients = new DrillClients({ ...way, username: "", password: PASSWORD });
const open = clients.open.bind(clients);

afterEach(() => {
  clients.endAll();
});

let pair: TlsPair;
beforeAll(async () => {
  pair = await startTlsPair(ADDRESS, PASSWORD);
});
afterAll(async () => {
  await pair.close();
});

test.each(RECIPES)("%s writes, by the word of its authority alone", async (recipe) => {
  const { client } = await open(recipe, { tls: { ca: pair.authority } });
  for (let count = 0; count < 5; count += 1) await client.write();
  expect(client.acknowledged).toEqual([1, 2, 3, 4, 5]);
  const { client: stranger } = await open(recipe, { tls: { ca: pair.stranger }, retryForMs: 0 });
  expect((await stranger.write()).answer).toMatchObject({ kind: "not-done", error: "no-primary" });
  const node = { way: "router", router: `${ADDRESS}:6379`, retryForMs: 0 };
  const { client: near } = await open(recipe, { ...node, tls: { ca: pair.authority } });
  expect((await near.write()).answer).toMatchObject({ kind: "done" });
  const { client: far } = await open(recipe, { ...node, tls: { ca: pair.stranger } });
  expect((await far.write()).answer).toMatchObject({ kind: "not-done", error: "no-connection" });
});

test.each(RECIPES)("%s tells at once that the Sentinels refuse the login", async (recipe) => {
  const tls = { ca: pair.authority };
  const { client } = await open(recipe, { tls, password: "rose-of-nobody" });
  const { answer, tookMs } = await client.write();
  expect(answer).toEqual({ kind: "not-done", id: 1, error: "WRONGPASS" });
  expect(tookMs).toBeLessThan(1_000);
  expect(client.output()).not.toContain("rose-of-nobody");
});
