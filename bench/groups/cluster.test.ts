import { expect, test } from "vitest";
import { layoutOf } from "../../packages/baton/src/cluster/layout.ts";
import { clusterOrThrow } from "../../packages/baton/src/cluster/load.ts";
import { clusterText } from "./cluster.ts";

const layout = (groups: number) =>
  layoutOf(
    clusterOrThrow(clusterText(groups, { network: "127.105.0", secrets: "/run/secrets" }), "x.yml"),
  );

test("is a valid cluster of any size, with a primary and a replica of each group", () => {
  for (const groups of [1, 2, 100, 1_000]) {
    const { groups: planned, sentinels, routers } = layout(groups);
    expect(planned).toHaveLength(groups);
    expect(sentinels).toHaveLength(3);
    expect(new Set(planned.map(({ nodes }) => nodes.length))).toEqual(new Set([2]));
    expect(routers.map(({ host }) => host)).toEqual(Array(groups).fill("h1"));
  }
});

test("spreads primaries and replicas evenly over the hosts", () => {
  const counts = new Map<string, number>();
  for (const { firstPrimary } of layout(999).groups)
    counts.set(firstPrimary.host, (counts.get(firstPrimary.host) ?? 0) + 1);
  expect(counts).toEqual(
    new Map([
      ["h1", 333],
      ["h2", 333],
      ["h3", 333],
    ]),
  );
});
