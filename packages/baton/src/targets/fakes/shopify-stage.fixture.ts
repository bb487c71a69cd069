// One shop of the copy of Shopify, a door in front of it and the target that leads it, for tests.
import { type Door, openHttpDoor } from "./door.fixture.ts";
import { shopifyMetafield } from "../kinds/shopify-metafield.ts";
import { testSurroundings } from "../surroundings.fixture.ts";
import type { Change, Surroundings, Target } from "../target.ts";
import { type FakeShopify, openFakeShopify } from "./shopify.fixture.ts";
import type { FakeShop } from "./shopify-shop.fixture.ts";

export const SHOP = "one.myshopify.com";

/** Both are sent by POST. */
const isWrite = ({ body }: { readonly body: string }) => body.includes("mutation");

/** To the shops of these names. */
export function openShopifyDoor(
  { base }: FakeShopify,
  names: readonly string[] = [SHOP],
): Promise<Door> {
  const settingsOf = (door: string) => ({
    shops: names.map((shop) => ({ shop, token: { env: "SHOPIFY_TOKEN" } })),
    endpoint: `${door}/{shop}`,
    checkEvery: "1s",
    timeout: "4s",
  });
  return openHttpDoor({ upstream: base, isWrite, settingsOf });
}

export const unended = new AbortController().signal;
export const change = (host: number, epoch: number): Change => ({
  group: "main",
  endpoint: { address: `10.9.0.${host}`, port: 6379 },
  epoch,
  from: undefined,
  role: "leader",
});

export interface ShopifyStage {
  readonly far: FakeShopify;
  readonly shop: FakeShop;
  readonly door: Door;
  readonly target: Target;
}

const toClose: (() => Promise<unknown> | undefined)[] = [];

/** After each test. */
export async function closeStages(): Promise<void> {
  for (const close of toClose.splice(0).toReversed()) await close();
}

export async function openStage(
  more: Readonly<Record<string, unknown>> = {},
  surroundings: Partial<Surroundings> = {},
): Promise<ShopifyStage> {
  const far = await openFakeShopify();
  toClose.push(() => far.close());
  const door = await openShopifyDoor(far);
  toClose.push(() => door.close());
  const settings = shopifyMetafield.settings.parse({ ...door.settings, ...more });
  const target = await shopifyMetafield.open(settings, testSurroundings(surroundings));
  toClose.push(() => target.close?.());
  return { far, shop: far.shop(SHOP), door, target };
}

/** What is thrown; a success is a mistake. */
export async function errorOf(deed: Promise<unknown> | undefined): Promise<Error> {
  const error: unknown = await Promise.resolve(deed).then(
    () => new Error("it succeeded"),
    (thrown: unknown) => thrown,
  );
  return error as Error;
}
