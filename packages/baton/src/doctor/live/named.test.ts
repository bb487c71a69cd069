import { expect, test } from "vitest";
import { nameOf } from "./answers.ts";
import { clusterWith, nodeOf } from "./live.fixture.ts";
import { nodesNamedBy, nodesNamedByNodes, sentinelsNamedBy } from "./named.ts";

const keys = (places: readonly { address: string; port: number }[]) =>
  [...new Set(places.map(nameOf))].sort();

test("one Sentinel names all others and all nodes", () => {
  const [first] = clusterWith().sentinels;
  if (first === undefined) throw new Error("the fixture has no Sentinel");
  expect(keys(sentinelsNamedBy([first]))).toEqual(["10.0.0.2:26379", "10.0.0.3:26379"]);
  expect(keys(nodesNamedBy([first]))).toEqual(["10.0.0.1:6379", "10.0.0.2:6379", "10.0.0.3:6379"]);
});

test("nodes name their primary and their replicas", () => {
  const chained = nodeOf(3, { info: { master_host: "10.0.0.9", master_port: "6380" } });
  expect(keys(nodesNamedByNodes([nodeOf(1), chained]))).toEqual([
    "10.0.0.2:6379",
    "10.0.0.3:6379",
    "10.0.0.9:6380",
  ]);
});

test("what is no place is not asked", () => {
  const odd = nodeOf(2, {
    info: { master_host: "?\u001b[2J", master_port: "6379", slave0: "ip=,port=0" },
  });
  expect(nodesNamedByNodes([odd])).toEqual([]);
});
