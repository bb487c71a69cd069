// Every fault that hosts can take, on hosts that only write down what they are told: the cure has to undo it.
import { describe, expect, test } from "vitest";
import { layoutOf } from "../../cluster/layout.ts";
import { clusterOrThrow } from "../../cluster/load.ts";
import type { Layout } from "../../cluster/types.ts";
import { apartCluster } from "../../lab/apart-cluster.ts";
import { defaultCluster } from "../../lab/default-cluster.ts";
import { handmadeSecrets } from "../../render/layout.fixture.ts";
import { systemClock } from "../../sys/clock.ts";
import { faults } from "../faults/index.ts";
import { requireNeeds } from "../lab-needs.ts";
import { cutOf } from "./cuts.ts";
import { allUnits, hostsSite } from "./hosts.ts";
import { rehearse } from "./rehearsal.ts";
import type { HostDeed } from "./scripts.ts";

const layoutFrom = (text: string): Layout => layoutOf(clusterOrThrow(text, "cluster.yml"));
const { signal } = new AbortController();

/** `broken`: what a host has not been cured of, by what its systemd and its nft would say. */
function writtenDown(text: string) {
  const layout = layoutFrom(text);
  const [group] = layout.groups;
  if (group === undefined) throw new Error("the cluster has no group");
  const told: { readonly host: string; readonly deed: HostDeed; readonly arm: string }[] = [];
  const broken = new Set<string>();
  const act = (
    { name: host }: { readonly name: string },
    deed: HostDeed,
    arm: readonly string[],
  ): Promise<number> => {
    told.push({ host, deed, arm: arm.join("\n") });
    const units = "units" in deed ? deed.units : [];
    for (const unit of units) {
      if (deed.kind === "kill" || deed.kind === "terminate") broken.add(`down ${host} ${unit}`);
      if (deed.kind === "stop") broken.add(`frozen ${host} ${unit}`);
      if (deed.kind === "start") broken.delete(`down ${host} ${unit}`);
      if (deed.kind === "cont") broken.delete(`frozen ${host} ${unit}`);
    }
    if (deed.kind === "cut") broken.add(`cut ${host}`);
    if (deed.kind === "heal") broken.delete(`cut ${host}`);
    return Promise.resolve(systemClock.monotonicMs());
  };
  const input = {
    clusterFile: "cluster.yml",
    layout,
    group,
    secrets: handmadeSecrets,
    clientTls: undefined,
    uncut: undefined,
    switchSeconds: 90,
    environment: {},
  };
  return { site: hostsSite({ ...input, hands: { act } }), input, group, layout, told, broken };
}

/** What hosts that serve cannot be put through. */
const isLabOnly = ({ needs }: (typeof faults)[number]) =>
  needs.some((need) => ["lab", "delays", "disks", "targets"].includes(need));

/** The others act by the words of Redis and Sentinel, or wait for what those make of it. */
const PLAYED = faults.filter(
  (fault) => fault.needs.length > 0 && !isLabOnly(fault) && fault.id !== "tilt-then-kill",
);

describe.each(PLAYED)("$id on hosts", (fault) => {
  const { site, group, told, broken } = writtenDown(apartCluster);
  const primary = group.firstPrimary.host;

  test("breaks with a switch armed, and its cure leaves nothing broken", async () => {
    requireNeeds(fault, { lab: site, group, primary: group.firstPrimary });
    const injected = await fault.inject({ lab: site, group: group.name, primary, signal });
    expect(broken.size).toBeGreaterThan(0);
    for (const { arm, host } of told) expect(arm, host).toContain("--on-active=90s");
    const before = told.length;
    await injected.cure?.();
    expect([...broken]).toEqual([]);
    for (const { arm } of told.slice(before)) expect(arm).toBe("");
    expect([...site.touched].toSorted()).toEqual([...new Set(told.map(({ host }) => host))].toSorted());
  });
});

test("faults for labs only are refused before anything is touched", async () => {
  const { site, group, told } = writtenDown(defaultCluster);
  const place = { lab: site, group, primary: group.firstPrimary };
  const refused = faults.filter(isLabOnly);
  expect(refused.map(({ id }) => id)).toEqual([
    "cold-start",
    "disk-full",
    "reborn-empty",
    "slow-network",
    "target-down",
  ]);
  for (const fault of refused) expect(() => requireNeeds(fault, place), fault.id).toThrow(fault.id);
  await expect(site.empty("h1")).rejects.toThrow("does not remove data");
  expect(told).toEqual([]);
});

test("links are refused where a host has no nft", () => {
  const { input, group } = writtenDown(defaultCluster);
  const hands = { act: () => Promise.reject(new Error("nobody acts")) };
  const site = hostsSite({ ...input, hands, uncut: "cuts links with nft, and h2 has none" });
  const place = { lab: site, group, primary: group.firstPrimary };
  expect(() => requireNeeds({ id: "a-fault", needs: ["wires"] }, place)).toThrow("h2 has none");
});

test("a host's own units are those that a deployment gives it", () => {
  const layout = layoutFrom(defaultCluster);
  const own = ["redis-server@main.service", "redis-sentinel.service", "baton-agent.service"];
  expect(allUnits({ layout }, "h1")).toEqual(own);
  expect(allUnits({ layout }, "app")).toEqual(["baton-router.service"]);
});

test("cuts of one moment come into force as one, and only cluster ports are cut", async () => {
  const { site, told } = writtenDown(defaultCluster);
  await Promise.all(["clients", "h2", "h3", "app"].map((other) => site.cut("h1", other)));
  expect(told).toHaveLength(1);
  const [{ deed } = { deed: undefined }] = told;
  const rules = deed?.kind === "cut" ? deed.rules : [];
  expect(rules).toContain(
    'add rule inet baton_drill input iifname != "lo" ip saddr 10.77.0.12 ' +
      "tcp dport { 6379, 6380, 8377, 26379 } drop",
  );
  for (const rule of rules) expect(rule).toMatch(/ tcp [ds]port \{ [\d, ]+ \} drop$/);
});

test("one way only is one direction; strangers are whoever is no host of the cluster", () => {
  const layout = layoutFrom(defaultCluster);
  const mute = cutOf(layout, { from: "h1", to: "h2", isOneWay: true });
  expect(mute.host).toBe("h1");
  expect(mute.rules.every((rule) => rule.includes(" output oifname "))).toBe(true);
  const deaf = cutOf(layout, { from: "clients", to: "h2", isOneWay: true });
  expect(deaf.host).toBe("h2");
  expect(deaf.rules.every((rule) => rule.includes(" input iifname "))).toBe(true);
  expect(deaf.rules.join("\n")).toContain(
    "ip saddr != { 10.77.0.11, 10.77.0.12, 10.77.0.13, 10.77.0.20 }",
  );
  expect(() => cutOf(layout, { from: "h1", to: "h1", isOneWay: false })).toThrow("two ends");
});

test("a rehearsal names every command of the fault and of the cure, and touches nobody", async () => {
  const { input, told, group } = writtenDown(defaultCluster);
  const primary = group.firstPrimary.host;
  const [killPrimary] = faults.filter(({ id }) => id === "kill-primary");
  const [switchover] = faults.filter(({ id }) => id === "switchover");
  if (killPrimary === undefined || switchover === undefined) throw new Error("a fault is missing");
  const { steps, rest } = await rehearse({ ...input, fault: killPrimary, primary, signal });
  expect(rest).toBeUndefined();
  expect(steps.map(({ host, when }) => [host, when])).toEqual([
    ["h1", "fault"],
    ["h1", "cure"],
  ]);
  expect(steps[0]?.commands.at(-1)).toBe("systemctl kill --signal=SIGKILL redis-server@main.service");
  expect(steps[1]?.commands.at(-1)).toBe("systemctl start --no-block redis-server@main.service");
  const planned = await rehearse({ ...input, fault: switchover, primary, signal });
  expect(planned).toEqual({ steps: [], rest: switchover.summary });
  expect(told).toEqual([]);
});
