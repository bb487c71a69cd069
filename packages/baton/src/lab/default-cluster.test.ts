// The cluster that a bundled command line carries is the one that readers find in examples/.
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { clusterOrThrow } from "../cluster/load.ts";
import { defaultCluster } from "./default-cluster.ts";

test("the default cluster is examples/smallest.yml", () => {
  const file = new URL("../../../../examples/smallest.yml", import.meta.url);
  const example = clusterOrThrow(readFileSync(file, "utf8"), "smallest.yml");
  expect(clusterOrThrow(defaultCluster, "default")).toEqual(example);
});
