// Nobody breaks hosts that serve by mistake: what is refused before anything is asked of them.
import { expect, test } from "vitest";
import { faults } from "../drill/faults/index.ts";
import type { Fault } from "../drill/fault.ts";
import { systemContext } from "./context.ts";
import { confirmName, hostsAsked, usualLimitMs } from "./drill-hosts-given.ts";

function faultOf(id: string): Fault {
  const fault = faults.find((one) => one.id === id);
  if (fault === undefined) throw new Error(`there is no fault ${id}`);
  return fault;
}

const kill = faultOf("kill-primary");
const on = { on: "production", file: "cluster.yml" } as const;

test("without --on production a drill is one in a lab, and options of hosts are refused", () => {
  expect(hostsAsked({ file: "cluster.yml" }, kill)).toBeUndefined();
  expect(() => hostsAsked({ file: "cluster.yml", dryRun: true }, kill)).toThrow(
    "--dry-run is for drills on hosts: it needs --on production",
  );
  expect(() => hostsAsked({ confirm: "real" }, kill)).toThrow("--confirm is for drills on hosts");
});

test("--on production needs the file, and takes nothing that is about labs", () => {
  expect(() => hostsAsked({ on: "production" }, kill)).toThrow("--file FILE");
  for (const more of [{ name: "lab" }, { engine: "/opt/valkey" }, { fence: false }])
    expect(() => hostsAsked({ ...on, ...more }, kill)).toThrow(/about labs|a lab of its own/);
  for (const id of ["reborn-empty", "cold-start", "slow-network"])
    expect(() => hostsAsked(on, faultOf(id)), id).toThrow("for labs only");
  for (const abortAfter of ["0", "601", "1.5", "soon"])
    expect(() => hostsAsked({ ...on, abortAfter }, kill), abortAfter).toThrow("whole number");
  expect(hostsAsked({ ...on, abortAfter: "20" }, kill)).toMatchObject({ abortAfterMs: 20_000 });
});

test("another name than the cluster's is refused, and none at all without a terminal", async () => {
  const asked = hostsAsked({ ...on, confirm: "staging" }, kill);
  const context = systemContext();
  if (asked === undefined) throw new Error("a drill on hosts was asked for");
  await expect(confirmName("real", asked, context)).rejects.toThrow(
    '"staging": expected the name of the cluster, real; nothing was touched',
  );
  await confirmName("real", { ...asked, confirm: "real" }, context);
  const isTerminal = process.stdin.isTTY;
  process.stdin.isTTY = false;
  try {
    const silent = confirmName("real", { ...asked, confirm: undefined }, context);
    await expect(silent).rejects.toThrow("needs --confirm NAME");
  } finally {
    process.stdin.isTTY = isTerminal;
  }
  await confirmName("real", { ...asked, isDryRun: true }, context);
});

test("the usual limit is three times the rto, and never shorter than a pause that is wanted", () => {
  expect(usualLimitMs(3_000, kill)).toBe(9_000);
  expect(usualLimitMs(3_000, faultOf("partition-clients-inside"))).toBe(18_000);
  expect(usualLimitMs(8_000, faultOf("partition-clients-inside"))).toBe(24_000);
});
