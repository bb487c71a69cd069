import { describe, expect, test } from "vitest";
import type { MaxLag } from "../cluster/types.ts";
import {
  judgeReads,
  leastLoaded,
  noReadsRemembered,
  type ReadsLook,
  type ReadsMemory,
} from "./reads.ts";

const at = (node: string) => ({ node, endpoint: { address: node, port: 6379 } });
function look(atMs: number, primary: number | undefined, replicas: Record<string, number>): ReadsLook {
  return {
    atMs,
    primary: { ...at("h1"), offsetBytes: primary },
    replicas: Object.entries(replicas).map(([node, offsetBytes]) => ({ ...at(node), offsetBytes })),
  };
}
const fitIn = (one: ReadsLook, maxLag: MaxLag, memory: ReadsMemory = noReadsRemembered) => {
  const judged = judgeReads(one, memory, maxLag);
  return { nodes: judged.offer.replicas.map(({ node }) => node), ...judged };
};
/** The last of several looks, each with the memory of those before. */
function lastOf(maxLag: MaxLag, ...looks: readonly ReadsLook[]) {
  let memory = noReadsRemembered;
  let nodes: readonly string[] = [];
  for (const one of looks) ({ nodes, memory } = fitIn(one, maxLag, memory));
  return { nodes, memory };
}

describe("a bound in bytes", () => {
  const bytes: MaxLag = { kind: "bytes", bytes: 100 };
  test("is what the offsets of this look say", () => {
    expect(fitIn(look(0, 1_000, { h2: 900, h3: 899, h4: 1_005 }), bytes).nodes).toEqual(["h2", "h4"]);
  });
  test("lets nobody in while the primary does not say how far it is", () => {
    const { nodes, offer } = fitIn(look(0, undefined, { h2: 1_000 }), bytes);
    expect(nodes).toEqual([]);
    expect(offer.reason).toBe("the only replica may be more than 100 bytes behind the primary h1");
  });
});

describe("a bound in time", () => {
  const second: MaxLag = { kind: "time", ms: 1_000 };
  test("takes a replica that has all that the primary had a while ago", () => {
    const before = look(0, 500, { h2: 500, h3: 100 });
    const now = look(600, 9_000, { h2: 600, h3: 499 });
    expect(lastOf(second, before, now).nodes).toEqual(["h2"]);
  });
  test("drops it when that while is over, and takes it back when it has caught up", () => {
    const before = look(0, 500, { h2: 500 });
    const stuck = look(1_100, 9_000, { h2: 600 });
    expect(lastOf(second, before, stuck).nodes).toEqual([]);
    expect(lastOf(second, before, stuck, look(1_200, 9_500, { h2: 9_000 })).nodes).toEqual(["h2"]);
  });
  test("goes on for its time while the primary is silent, and no longer", () => {
    const before = look(0, 500, { h2: 500 });
    expect(lastOf(second, before, look(900, undefined, { h2: 500 })).nodes).toEqual(["h2"]);
    expect(lastOf(second, before, look(1_100, undefined, { h2: 500 })).nodes).toEqual([]);
  });
  test("begins anew with another primary, whose stream is another", () => {
    const before = look(0, 500, { h2: 500, h3: 500 });
    const now: ReadsLook = {
      ...look(100, 9_000, { h3: 600 }),
      primary: { ...at("h2"), offsetBytes: 9_000 },
    };
    expect(lastOf(second, before, now).nodes).toEqual([]);
  });
  test("remembers no more than a few looks, however often it looks", () => {
    const looks = Array.from({ length: 5_000 }, (_, index) => look(index, index, { h2: index }));
    expect(lastOf(second, ...looks).memory.marks.length).toBeLessThanOrEqual(66);
  });
});

test("without a primary, or without replicas, the reason says so", () => {
  const maxLag: MaxLag = { kind: "time", ms: 1_000 };
  const nobody: ReadsLook = { atMs: 0, primary: undefined, replicas: [] };
  expect(judgeReads(nobody, noReadsRemembered, maxLag).offer.reason).toContain("there is no primary");
  const alone = judgeReads(look(0, 1, {}), noReadsRemembered, maxLag);
  expect(alone.offer.reason).toBe("no replica is connected to the primary h1");
});

test("the replica with the fewest sessions is next; among equals it is chance", () => {
  const targets = ["h2", "h3", "h4"].map(at);
  const sessions: Record<string, number> = { h2: 5, h3: 1, h4: 1 };
  const chosen = (random: number) =>
    leastLoaded(
      targets,
      (node) => sessions[node] ?? 0,
      () => random,
    )?.node;
  expect([chosen(0), chosen(0.99)]).toEqual(["h3", "h4"]);
  expect(leastLoaded([], () => 0)).toBeUndefined();
});
