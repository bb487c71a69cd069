// Several shops as one target: each is led for itself, none waits for another, and the target is right only
// when all of them are.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { at, type Bench, openBench, place } from "../../packages/baton/src/targets/bench.fixture.ts";
import {
  type FakeShopify,
  openFakeShopify,
} from "../../packages/baton/src/targets/fakes/shopify.fixture.ts";
import { type FakeShop, placeIn } from "../../packages/baton/src/targets/fakes/shopify-shop.fixture.ts";
import { shopifyMetafield } from "../../packages/baton/src/targets/kinds/shopify-metafield.ts";
import { until } from "../../packages/baton/src/targets/shared-stage.fixture.ts";
import { TEST_SECRET, testSurroundings } from "../../packages/baton/src/targets/surroundings.fixture.ts";
import { type Change, NOBODY, type Target, TryLater } from "../../packages/baton/src/targets/target.ts";

const domains = ["a", "b", "c"].map((name) => `${name}.myshopify.com`);
const unended = new AbortController().signal;
const SILENCE = { kind: "silent" } as const;
const BROKEN = { kind: "status", status: 503, body: "<h1>Service Unavailable</h1>" } as const;

let folder: string;
let far: FakeShopify;
let bench: Bench;
let target: Target;
let settings: Readonly<Record<string, unknown>>;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "baton-shops-"));
  far = await openFakeShopify();
  settings = {
    shops: domains.map((shop) => ({ shop, token: { env: "SHOPIFY_TOKEN" } })),
    endpoint: `${far.base}/{shop}`,
    checkEvery: "1s",
    timeout: "2s",
  };
  bench = await openBench({ kind: shopifyMetafield, settings, stateDirectory: folder });
  target = await shopifyMetafield.open(shopifyMetafield.settings.parse(settings), testSurroundings());
});
afterEach(async () => {
  await bench.close();
  await target.close?.();
  const told = JSON.stringify([bench.news, bench.state()]);
  expect(told).not.toContain(TEST_SECRET);
  await far.close();
  await rm(folder, { recursive: true });
});

const shop = (name: string): FakeShop => far.shop(`${name}.myshopify.com`);
const shown = () => domains.map((domain) => placeIn(far.shop(domain).value() ?? ""));
const held = (host: number, epoch?: number) =>
  JSON.stringify({ host: `10.9.0.${host}`, port: 6379, ...(epoch === undefined ? {} : { epoch }) });

const change = (host: number, epoch: number): Change => ({
  group: "main",
  endpoint: { address: `10.9.0.${host}`, port: 6379 },
  epoch,
  from: undefined,
  role: "leader",
});

/** Turns of the agent until the shops show these hosts; it need not be content. */
async function untilShown(host: number, epoch: number, hosts: readonly number[]): Promise<void> {
  await until(`the shops to lead to ${hosts.join(", ")}`, () => {
    bench.turn(at(host, epoch));
    return JSON.stringify(shown()) === JSON.stringify(hosts.map(place));
  });
}

test("all of them are led, and read as one place", async () => {
  await bench.lead(at(1, 3));
  expect(shown()).toEqual([place(1), place(1), place(1)]);
  expect(await target.read?.(unended)).toEqual({
    endpoint: { address: "10.9.0.1", port: 6379 },
    epoch: 3,
    raw: "10.9.0.1:6379 (epoch 3) in all 3 shops",
  });
  expect(bench.news.map(({ kind }) => kind)).toEqual(["done"]);
});

test("a shop that answers with an error keeps none of the others from being led", async () => {
  await bench.lead(at(1, 3));
  shop("b").ailment = BROKEN;
  await untilShown(2, 4, [2, 1, 2]);
  await bench.untilError(at(2, 4), /^1 of 3 shops: Shopify b: .*503: Service Unavailable$/);
  expect(bench.state()?.isInSync).toBe(false);
  shop("b").ailment = { kind: "none" };
  await bench.lead(at(2, 4));
  expect(shown()).toEqual([place(2), place(2), place(2)]);
  expect(shop("a").history).toEqual([place(1), place(2)]);
});

test("a shop that never answers keeps none of the others from being led, nor from being mended", async () => {
  await bench.lead(at(1, 3));
  shop("c").ailment = SILENCE;
  await untilShown(2, 4, [2, 2, 1]);
  await bench.untilError(at(2, 4), /^1 of 3 shops: Shopify c: no answer within \d+ ms$/);
  shop("a").put(held(3));
  await untilShown(2, 4, [2, 2, 1]);
  shop("c").ailment = { kind: "none" };
  await bench.lead(at(2, 4));
  expect(shown()).toEqual([place(2), place(2), place(2)]);
});

test("one whose app was removed is named, with what to do", async () => {
  await bench.lead(at(1, 3));
  shop("a").isRevoked = true;
  await untilShown(2, 4, [1, 2, 2]);
  await bench.untilError(
    at(2, 4),
    /^1 of 3 shops: Shopify a: .*401: .*is the app still installed there/,
  );
  const proofs = (await target.prove?.(unended)) ?? [];
  const problems = proofs.filter(({ verdict }) => verdict === "problem");
  expect(problems.map(({ sentence }) => sentence.slice(0, 9))).toEqual(["Shopify a"]);
  expect(proofs.filter(({ verdict }) => verdict === "right").length).toBe(6);
});

test("says which shops differ, and how", async () => {
  await target.write(change(1, 3), unended);
  shop("b").put(held(3));
  shop("c").remove();
  expect(await target.read?.(unended)).toEqual({
    endpoint: NOBODY,
    epoch: 3,
    raw:
      "Shopify a: 10.9.0.1:6379 (epoch 3); Shopify b: 10.9.0.3:6379 (without an epoch); " +
      "Shopify c: nothing",
  });
  shop("a").ailment = BROKEN;
  expect((await target.read?.(unended))?.raw).toMatch(
    /^Shopify a: .*503: Service Unavailable; Shopify b: /,
  );
  shop("a").ailment = { kind: "none" };
  const mended = () => {
    bench.turn(at(1, 3));
    return shown().every((one) => one === place(1));
  };
  await until("the drift to be mended", mended);
});

test("the newer epoch that one shop holds is held for all: none is led back", async () => {
  await bench.lead(at(1, 3));
  shop("b").put(held(2, 9));
  await bench.untilError(at(3, 8), /holds epoch 9 .*and 8 is older/);
  expect(shown()).toEqual([place(1), place(2), place(1)]);
  await bench.lead(at(2, 9));
  expect(shown()).toEqual([place(2), place(2), place(2)]);
});

test("when all are throttled, it waits until the first of them may be asked again", async () => {
  shop("a").drain(2, 1);
  for (const name of ["b", "c"]) shop(name).drain(0, 1);
  const error: unknown = await target.read?.(unended).catch((one: unknown) => one);
  expect(error).toBeInstanceOf(TryLater);
  expect((error as TryLater).message).toMatch(
    /^3 of 3 shops: Shopify a, Shopify b, Shopify c: throttled: /,
  );
  expect((error as TryLater).afterMs).toBe(18_000);
});

test("one that is throttled is led a little later, and the others at once", async () => {
  await bench.lead(at(1, 3));
  shop("b").drain(0, 20);
  await untilShown(2, 4, [2, 1, 2]);
  await bench.lead(at(2, 4));
  expect(shown()).toEqual([place(2), place(2), place(2)]);
});

test("fifty shops fit into a line", async () => {
  const names = Array.from(
    { length: 50 },
    (_, index) => `shop-${index}-with-a-name-that-is-rather-long`,
  );
  const shops = names.map((name) => ({ shop: `${name}.myshopify.com`, token: { env: "TOKEN" } }));
  const many = shopifyMetafield.settings.parse({ ...settings, shops, timeout: "20s" });
  const crowd = await shopifyMetafield.open(many, testSurroundings());
  await crowd.write(change(1, 4), unended);
  expect((await crowd.read?.(unended))?.raw).toBe("10.9.0.1:6379 (epoch 4) in all 50 shops");
  for (const name of names.slice(0, 40)) shop(name).ailment = BROKEN;
  const raw = (await crowd.read?.(unended))?.raw ?? "";
  expect(raw).toMatch(
    /^Shopify shop-0-\S+, .* and 35 more: POST .*503: Service Unavailable; Shopify shop-40/,
  );
  expect(raw.length).toBeLessThan(500);
  await crowd.close?.();
});
