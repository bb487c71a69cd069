// The promises of every shared target, kept by a metafield in one shop, and in one of three.
import { describe } from "vitest";
import { sharedConformance } from "../../packages/baton/src/targets/conformance-shared.fixture.ts";
import { openFakeShopify } from "../../packages/baton/src/targets/fakes/shopify.fixture.ts";
import { placeIn } from "../../packages/baton/src/targets/fakes/shopify-shop.fixture.ts";
import { openShopifyDoor, SHOP } from "../../packages/baton/src/targets/fakes/shopify-stage.fixture.ts";
import { shopifyMetafield } from "../../packages/baton/src/targets/kinds/shopify-metafield.ts";
import type { SharedSubject } from "../../packages/baton/src/targets/shared-stage.fixture.ts";

/** What is shown and told is that of one shop; the others come along. */
async function subjectOf(names: readonly string[]): Promise<SharedSubject> {
  const far = await openFakeShopify();
  const shop = far.shop(SHOP);
  const set = (isRevoked: boolean) => () => {
    for (const name of names) far.shop(name).isRevoked = isRevoked;
    return Promise.resolve();
  };
  return {
    openDoor: () => openShopifyDoor(far, names),
    // Not at once: who asks in a loop must let others have their turn.
    shown: () =>
      new Promise((resolve) => {
        setImmediate(() =>
          resolve(shop.value() === undefined ? undefined : placeIn(shop.value() ?? "")),
        );
      }),
    history: () => Promise.resolve([...shop.history]),
    meddle(host) {
      shop.put(JSON.stringify({ host: `10.9.0.${host}`, port: 6379 }));
      return Promise.resolve();
    },
    revoke: set(true),
    restore: set(false),
    close: () => far.close(),
  };
}

describe.each([
  { what: "alone", names: [SHOP] },
  { what: "between two others", names: ["a.myshopify.com", SHOP, "z.myshopify.com"] },
])("a shop $what:", ({ names }) => {
  sharedConformance(shopifyMetafield, { hasCredentials: true }, () => subjectOf(names));
});
