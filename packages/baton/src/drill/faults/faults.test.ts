// What every fault has to keep, whatever it breaks.
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { apartCluster } from "../../lab/apart-cluster.ts";
import type { LabHandle } from "../../lab/index.ts";
import { expectationOf, type Fault } from "../fault.ts";
import { requireNeeds, usualCluster } from "../lab-needs.ts";
import { faults } from "./index.ts";
import { recordingLab } from "./recording-lab.fixture.ts";

const folder = new URL(".", import.meta.url).pathname;
const camel = (id: string) => id.replaceAll(/-(\w)/g, (_, letter: string) => letter.toUpperCase());

/** These ask real processes: the scenarios of test/scenario/drill*.test.ts run them. */
const BESIDE_THE_LAB = new Set([
  "reborn-empty",
  "sentinel-failover",
  "switchover",
  "target-down",
  "tilt-then-kill",
]);

test("faults are listed alphabetically, each once", () => {
  const ids = faults.map(({ id }) => id);
  expect(ids).toEqual([...new Set(ids)].sort());
  for (const id of BESIDE_THE_LAB) expect(ids).toContain(id);
});

test("every file holds one fault that is listed, under its own name, with id and summary first", async () => {
  const files = readdirSync(folder).filter((name) => /^(?!index)[a-z-]+\.ts$/.test(name));
  const found: Fault[] = [];
  for (const file of files) {
    const exported = (await import(join(folder, file))) as Readonly<Record<string, Fault>>;
    const id = file.replace(".ts", "");
    expect(Object.keys(exported)).toEqual([camel(id)]);
    const fault = exported[camel(id)];
    if (fault === undefined) continue;
    expect(fault.id).toBe(id);
    expect(Object.keys(fault).slice(0, 3)).toEqual(["id", "summary", "needs"]);
    found.push(fault);
  }
  expect(new Set(found)).toEqual(new Set(faults));
});

test("a summary is one sentence of one line, and a mark has a name and a colour", () => {
  for (const { id, summary, mark } of faults) {
    expect(summary, id).toMatch(/^[A-Zb].{30,104}[.?]$/);
    expect(mark.label.length, id).toBeGreaterThan(3);
    expect(mark.colour, id).toMatch(/^#[0-9a-f]{6}$/);
  }
});

test("what must not happen, or not come back by itself, is given time before the cure", () => {
  for (const fault of faults.filter((one) => expectationOf(one) !== "failover"))
    expect(fault.cureAfterMs, fault.id).toBeGreaterThanOrEqual(1_000);
});

function place(lab: LabHandle) {
  const [group] = lab.layout.groups;
  if (group === undefined) throw new Error("the cluster has no group");
  return { lab, group, primary: group.firstPrimary };
}

describe.each(faults.filter(({ id }) => !BESIDE_THE_LAB.has(id)))("$id", (fault) => {
  const { signal } = new AbortController();
  const recorded = recordingLab(apartCluster);
  const { lab, deeds, broken } = recorded;
  const { group, primary } = place(lab);

  test("breaks something, and its cure leaves nothing broken, however often it is asked for", async () => {
    const injected = await fault.inject({ lab, group: group.name, primary: primary.host, signal });
    expect(broken.size).toBeGreaterThan(0);
    expect(injected.host).toBe(primary.host);
    expect(injected.sentence).toContain(primary.host);
    const cured = await injected.cure?.();
    expect([...broken]).toEqual([]);
    expect(cured?.atMs).toBeGreaterThanOrEqual(injected.atMs);
    expect(cured?.sentence.length).toBeGreaterThan(10);
    const before = deeds.length;
    expect(await injected.cure?.()).toEqual(cured);
    expect(deeds.length).toBe(before);
  });

  test("declares what it needs, and no more", () => {
    const verbs = new Set(deeds.map((deed) => deed.split(" ", 1)[0] ?? ""));
    const didOne = (...wanted: readonly string[]) => wanted.some((verb) => verbs.has(verb));
    expect(deeds.length).toBeGreaterThan(0);
    expect(didOne("kill", "terminate", "stop")).toBe(fault.needs.includes("signals"));
    expect(didOne("cut", "delay")).toBe(fault.needs.includes("wires"));
    expect(didOne("fill")).toBe(fault.needs.includes("disks"));
  });

  test("finds what it needs in the cluster of a drill of its own", () => {
    const [wires, disks] = [fault.needs.includes("wires"), fault.needs.includes("disks")];
    requireNeeds(fault, place({ ...recordingLab(usualCluster(fault)).lab, wires, disks }));
  });
});
