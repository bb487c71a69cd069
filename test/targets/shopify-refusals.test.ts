// What Shopify refuses, and with which credentials one comes: said in a line, mended where it can be, and
// never with a secret.
import { afterEach, describe, expect, test } from "vitest";
import { CLIENT_ID } from "../../packages/baton/src/targets/fakes/shopify.fixture.ts";
import {
  change,
  closeStages,
  errorOf,
  openStage,
  SHOP,
  unended,
} from "../../packages/baton/src/targets/fakes/shopify-stage.fixture.ts";
import { TEST_SECRET } from "../../packages/baton/src/targets/surroundings.fixture.ts";
import { TryLater } from "../../packages/baton/src/targets/target.ts";

afterEach(closeStages);

describe("what Shopify refuses is said in a line:", () => {
  test("what it writes into userErrors", async () => {
    const { shop, target } = await openStage();
    const message = `Value\n is   too long: ${"x".repeat(1_000)}`;
    shop.ailment = { kind: "user-error", code: "TOO_LONG", message };
    const error = await errorOf(target.write(change(2, 7), unended));
    expect(error.message).toMatch(/^Shopify one: TOO_LONG \(metafields\.0\): Value is too long: x+$/);
    expect(error.message.length).toBeLessThan(260);
  });

  test("errors of GraphQL", async () => {
    const { shop, target } = await openStage();
    shop.ailment = { kind: "error", code: "ACCESS_DENIED", message: "Access denied for it.\nAsk." };
    expect((await errorOf(target.read?.(unended))).message).toBe(
      "Shopify one: ACCESS_DENIED: Access denied for it. Ask.",
    );
    expect(await target.prove?.(unended)).toMatchObject([{ verdict: "problem" }]);
    shop.ailment = { kind: "error", code: "INTERNAL_SERVER_ERROR", message: "Internal error." };
    expect(await target.prove?.(unended)).toMatchObject([{ verdict: "unknown" }]);
  });

  test("a throttled request, with the time that its points need", async () => {
    const { shop, target } = await openStage();
    shop.drain(1, 5);
    const error = await errorOf(target.read?.(unended));
    expect(error).toBeInstanceOf(TryLater);
    expect(error.message).toBe("Shopify one: throttled: the app has used up its points in this shop");
    // An attempt costs 20 points, and there is one.
    expect((error as TryLater).afterMs).toBe(3_800);
  });

  test("a locked or frozen shop, which is looked at again as rarely as one that is right", async () => {
    const { shop, target } = await openStage({ checkEvery: "7s" });
    for (const [status, advice] of [
      [423, "has locked the shop"],
      [402, "is frozen"],
    ] as const) {
      shop.ailment = { kind: "status", status, body: { errors: "Unavailable Shop" } };
      for (const deed of [target.read?.(unended), target.write(change(2, 7), unended)]) {
        const error = await errorOf(deed);
        expect(error).toBeInstanceOf(TryLater);
        expect((error as TryLater).afterMs).toBe(7_000);
        expect(error.message).toMatch(
          new RegExp(`answered with ${status}: .*Unavailable Shop.*${advice}`),
        );
      }
      expect(await target.prove?.(unended)).toMatchObject([{ verdict: "problem" }]);
    }
  });

  test("a shop that is not there", async () => {
    const { shop, target } = await openStage();
    shop.ailment = { kind: "status", status: 404, body: { errors: "Not Found" } };
    const error = await errorOf(target.read?.(unended));
    expect(error.message).toMatch(/answered with 404: .*Not Found.*is there such a shop/);
  });
});

describe("credentials:", () => {
  test("a token that was replaced is read again after it was refused", async () => {
    const tokens = ["shpat_old", TEST_SECRET];
    const readSecret = () => Promise.resolve(tokens.shift() ?? "none");
    const { target } = await openStage({}, { readSecret });
    const error = await errorOf(target.read?.(unended));
    expect(error.message).toMatch(/answered with 401: .*is the app still installed there/);
    expect(error.message).not.toContain("shpat_old");
    expect(await target.read?.(unended)).toBeUndefined();
  });

  test("a token that cannot be one is not sent, and not shown", async () => {
    for (const odd of [`${TEST_SECRET}\n`, "two words", "tökén", ""]) {
      const { far, target } = await openStage({}, { readSecret: () => Promise.resolve(odd) });
      const error = await errorOf(target.read?.(unended));
      expect(error.message).toBe("Shopify one: its token has characters that no token has");
      expect(far.requests).toEqual([]);
    }
  });

  test("what is proved: the token, its scopes, the version, the value", async () => {
    const { door, shop, target } = await openStage();
    const sentences = async () =>
      ((await target.prove?.(unended)) ?? []).map(({ sentence }) => sentence);
    expect(await sentences()).toEqual([
      "Shopify one: the token is taken; it has no access scope, and needs none",
      "Shopify one: API version 2026-07 is served",
      "Shopify one: the metafield can be read: nothing",
    ]);
    shop.scopes.push(...["read", "write"].flatMap((what) => [1, 2, 3].map((n) => `${what}_${n}`)));
    shop.servedVersion = "2026-10";
    shop.put('{"host":"10.9.0.2","port":6379,"epoch":7}');
    expect(await target.prove?.(unended)).toEqual([
      {
        verdict: "right",
        sentence:
          "Shopify one: the token is taken; its access scopes, none of which this target needs: " +
          "read_1, read_2, read_3, write_1, write_2 and 1 more",
      },
      {
        verdict: "problem",
        sentence:
          "Shopify one: answers as API version 2026-10, since 2026-07 is over or none; set apiVersion",
      },
      { verdict: "right", sentence: "Shopify one: the metafield can be read: 10.9.0.2:6379 (epoch 7)" },
    ]);
    expect(door.writes()).toBe(0);
  });

  describe("the app's own id and secret", () => {
    const client = { id: CLIENT_ID, secret: { env: "SHOPIFY_CLIENT_SECRET" } };
    const granted = { shops: [{ shop: SHOP }], client };

    test("become a token that serves many requests", async () => {
      const { shop, target } = await openStage(granted);
      await target.write(change(2, 7), unended);
      await target.read?.(unended);
      expect([shop.grants, shop.value() === undefined]).toEqual([1, false]);
    });

    test("become another before that one ends, and when it is not taken any more", async () => {
      let nowMs = 1_000_000;
      const { far, shop, target } = await openStage(granted, { wallMs: () => nowMs });
      await target.read?.(unended);
      nowMs += 23 * 3_600_000;
      await target.read?.(unended);
      expect(shop.grants).toBe(1);
      nowMs += 3_599_000;
      await target.read?.(unended);
      expect(shop.grants).toBe(2);
      far.expireGrants();
      expect((await errorOf(target.read?.(unended))).message).toContain("answered with 401");
      await target.read?.(unended);
      expect(shop.grants).toBe(3);
    });

    test("that are wrong are a refusal which shows neither", async () => {
      const readSecret = () => Promise.resolve("another-secret");
      const { target } = await openStage(granted, { readSecret });
      const error = await errorOf(target.read?.(unended));
      expect(error.message).toBe(
        "Shopify one: POST /admin/oauth/access_token is answered with 400: " +
          '{"error":"application_cannot_be_found"}',
      );
    });
  });
});
