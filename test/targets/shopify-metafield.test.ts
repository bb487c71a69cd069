// One shop's metafield: what it holds, and two that write at once. The copy of Shopify runs each document on
// the official schema where that is to be had.
import { afterEach, describe, expect, test } from "vitest";
import { place } from "../../packages/baton/src/targets/bench.fixture.ts";
import {
  change,
  closeStages,
  errorOf,
  openStage,
  type ShopifyStage,
  unended,
} from "../../packages/baton/src/targets/fakes/shopify-stage.fixture.ts";
import { NOBODY } from "../../packages/baton/src/targets/target.ts";

afterEach(closeStages);

describe("the metafield", () => {
  test("holds host, port and epoch, and nothing that has to be secret", async () => {
    const { shop, target } = await openStage();
    expect(await target.read?.(unended)).toBeUndefined();
    await target.write(change(2, 7), unended);
    expect(JSON.parse(shop.value() ?? "")).toEqual({ host: "10.9.0.2", port: 6379, epoch: 7 });
    expect(await target.read?.(unended)).toEqual({
      endpoint: { address: "10.9.0.2", port: 6379 },
      epoch: 7,
      raw: "10.9.0.2:6379 (epoch 7)",
    });
  });

  test("takes IPv6", async () => {
    const { target } = await openStage();
    const endpoint = { address: "fd00::2", port: 6380 };
    await target.write({ ...change(2, 7), endpoint }, unended);
    expect(await target.read?.(unended)).toMatchObject({ endpoint, raw: "[fd00::2]:6380 (epoch 7)" });
  });

  test("is left alone when it is right", async () => {
    const { door, target } = await openStage();
    await target.write(change(2, 7), unended);
    await target.write(change(2, 7), unended);
    expect(door.writes()).toBe(1);
  });

  test("with a newer epoch is not touched", async () => {
    const { shop, target } = await openStage();
    await target.write(change(2, 7), unended);
    const error = await errorOf(target.write(change(1, 6), unended));
    expect(error.message).toBe("Shopify one: holds epoch 7 (10.9.0.2:6379), and 6 is older");
    expect(shop.history).toEqual([place(2)]);
  });

  test("that holds something else is replaced, and never quoted", async () => {
    for (const odd of [
      "hunter2",
      "{}",
      '{"host":"10.9.0.1"}',
      '{"host":"a b","port":1}',
      "[]",
      "7",
      "",
    ]) {
      const { shop, target } = await openStage();
      shop.put(odd);
      const reading = await target.read?.(unended);
      expect(reading, odd).toEqual({
        endpoint: NOBODY,
        epoch: undefined,
        raw: "Shopify one: something that is no endpoint",
      });
      const proofs = await target.prove?.(unended);
      expect(proofs?.filter(({ verdict }) => verdict === "problem").length, odd).toBe(1);
      await target.write(change(2, 7), unended);
      expect(await target.read?.(unended)).toMatchObject({ epoch: 7 });
    }
  });
});

describe("two that write at once:", () => {
  /** Somebody is quicker between look and change. */
  async function overtaken(stage: ShopifyStage, meddle: () => void): Promise<void> {
    const held = stage.door.holdWrite(1);
    const writing = stage.target.write(change(2, 7), unended);
    await held.reached;
    meddle();
    await held.release();
    await writing;
  }

  test("a change on an older look is refused, and looked at again", async () => {
    const stage = await openStage();
    await stage.target.write(change(1, 6), unended);
    await overtaken(stage, () => stage.shop.put('{"host":"10.9.0.3","port":6379}'));
    expect(stage.shop.history).toEqual([place(1), place(3), place(2)]);
  });

  test("so is a creation where there is a metafield by now", async () => {
    const stage = await openStage();
    await overtaken(stage, () => stage.shop.put('{"host":"10.9.0.3","port":6379,"epoch":6}'));
    expect(stage.shop.history).toEqual([place(3), place(2)]);
  });

  test("and a change of one that is gone", async () => {
    const stage = await openStage();
    await stage.target.write(change(1, 6), unended);
    await overtaken(stage, () => stage.shop.remove());
    expect(stage.shop.history).toEqual([place(1), place(2)]);
  });

  test("the newer epoch stays", async () => {
    const stage = await openStage();
    const newer = () => stage.shop.put('{"host":"10.9.0.3","port":6379,"epoch":8}');
    const error = await errorOf(overtaken(stage, newer));
    expect(error.message).toBe("Shopify one: holds epoch 8 (10.9.0.3:6379), and 7 is older");
    expect(stage.shop.history).toEqual([place(3)]);
  });

  test("who is overtaken again and again gives up for this time", async () => {
    const { far, shop, target } = await openStage();
    shop.ailment = { kind: "raced" };
    const error = await errorOf(target.write(change(2, 7), unended));
    expect(error.message).toMatch(/^Shopify one: somebody else has changed the metafield .*4 times/);
    expect(far.requests.length).toBe(8);
    expect(shop.history).not.toContain(place(2));
  });
});
