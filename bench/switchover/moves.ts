// The two ways to move a healthy primary: Baton's command in a process of its own, and the bare order to
// one Sentinel.
import { execFile } from "node:child_process";
import type { GroupPlan } from "../../packages/baton/src/cluster/types.ts";
import { sentinelFailover } from "../../packages/baton/src/drill/faults/sentinel-failover.ts";
import type { LabHandle } from "../../packages/baton/src/lab/index.ts";
import { homeOf } from "../../packages/baton/src/lab/registry.ts";
import { selfCommand } from "../../packages/baton/src/lab/self.ts";
import type { SwitchoverResult } from "../../packages/baton/src/switchover/types.ts";
import { slowness } from "../../packages/baton/src/sys/clock.ts";

export interface Moved {
  /** What the mover says: Baton's outcome, or "ordered" for a Sentinel that has accepted. */
  readonly outcome: string;
  readonly reason: string;
  /** How long nobody could write, as Baton says; null where nobody says it. */
  readonly pauseMs: number | null;
}

export interface Ordered {
  readonly lab: LabHandle;
  readonly group: GroupPlan;
  /** Host of the present primary. */
  readonly primary: string;
}

export type Move = (ordered: Ordered, signal: AbortSignal) => Promise<Moved>;

const COMMAND_MS = 60_000;
const OUTPUT_BYTES_MAX = 1024 * 1024;

function resultFrom(stdout: string): SwitchoverResult | undefined {
  try {
    return JSON.parse(stdout) as SwitchoverResult;
  } catch {
    // It said something else, or nothing: then its last words on stderr are the reason.
    return undefined;
  }
}

/** A command that fails is an outcome to be counted, not an error. An aborted signal ends it. */
export const moveByBaton: Move = async ({ lab, group }, signal) => {
  const [node, ...own] = selfCommand();
  const args = [...own, "switchover", "--name", lab.name, "--group", group.name, "--json"];
  const options = {
    env: { ...process.env, BATON_HOME: homeOf(lab.directory) },
    timeout: COMMAND_MS * slowness(),
    maxBuffer: OUTPUT_BYTES_MAX,
    signal,
  };
  const moved = await new Promise<Moved>((resolve) => {
    execFile(node, args, options, (error, stdout, stderr) => {
      const result = resultFrom(stdout);
      const said = stderr.trimEnd().split("\n").at(-1) || error?.message || "it said nothing";
      if (result === undefined) resolve({ outcome: "failed", reason: said, pauseMs: null });
      else resolve({ outcome: result.outcome, reason: result.reason, pauseMs: result.pauseMs });
    });
  });
  signal.throwIfAborted();
  return moved;
};

/** @throws BatonError NOT_READY when no Sentinel takes the order. */
export const moveBySentinel: Move = async ({ lab, group, primary }, signal) => {
  const { sentence } = await sentinelFailover.inject({ lab, group: group.name, primary, signal });
  return { outcome: "ordered", reason: sentence, pauseMs: null };
};
