import { expect, test } from "vitest";
import { apartCluster } from "../lab/apart-cluster.ts";
import { defaultCluster } from "../lab/default-cluster.ts";
import { recordingLab } from "./faults/recording-lab.fixture.ts";
import { type Need, requireNeeds } from "./lab-needs.ts";

function lackOf(clusterText: string, needs: readonly Need[], wires = true): string | undefined {
  const lab = { ...recordingLab(clusterText).lab, wires };
  const [group] = lab.layout.groups;
  if (group === undefined) throw new Error("the cluster has no group");
  try {
    requireNeeds({ id: "a-fault", needs }, { lab, group, primary: group.firstPrimary });
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}

test("refuses a lab without wires, and says so", () => {
  expect(lackOf(defaultCluster, ["wires"], false)).toBe(
    "the fault a-fault needs a lab with wires, and recording has none",
  );
  expect(lackOf(defaultCluster, ["wires", "signals"])).toBeUndefined();
});

test("refuses a lab whose nodes are on the disk of the machine, where one has to be full", () => {
  expect(lackOf(defaultCluster, ["disks"])).toBeUndefined();
  const lab = { ...recordingLab(defaultCluster).lab, disks: false };
  const [group] = lab.layout.groups;
  if (group === undefined) throw new Error("the cluster has no group");
  const place = { lab, group, primary: group.firstPrimary };
  expect(() => requireNeeds({ id: "a-fault", needs: ["disks"] }, place)).toThrow(
    "the fault a-fault needs nodes with disks of their own, and those of recording have none",
  );
});

test("refuses a host with both, where Sentinels have to be cut off alone", () => {
  expect(lackOf(defaultCluster, ["sentinels-apart"])).toContain("and h1 runs both");
  expect(lackOf(apartCluster, ["sentinels-apart"])).toBeUndefined();
});

test("refuses a router that goes down with what is broken", () => {
  expect(lackOf(defaultCluster, ["router-apart"])).toBeUndefined();
  const beside = defaultCluster
    .replace("runs: [redis, sentinel, agent] }", "runs: [redis, sentinel, agent, router] }")
    .replace(/^.*name: app.*\n/m, "");
  expect(lackOf(beside, ["router-apart"])).toContain("and h1 runs redis and sentinel as well");
  expect(lackOf(defaultCluster, ["router-in-another-zone"])).toContain("zone a, and app is in it");
  expect(lackOf(apartCluster, ["router-in-another-zone"])).toBeUndefined();
});
