// The end of a drill on hosts, whatever it was: everything is cured, its lists are removed, its claim is
// given back, and what is true then is said.
import type { GroupPlan } from "../../cluster/types.ts";
import type { Fault } from "../fault.ts";
import { slowness } from "../../sys/clock.ts";
import { waitFor } from "../../sys/wait.ts";
import { removeLists } from "../tidy.ts";
import { type Doors, lookWhole } from "../whole.ts";
import type { Claim } from "./claim.ts";
import type { HostsSite } from "./hosts.ts";
import { cureHosts, type SshHands } from "./over-ssh.ts";
import type { Shells } from "./shell.ts";

/** Beyond all waiting of a drill before its cure. */
export const MARGIN_MS = 30_000;
const WHOLE_AGAIN_MS = 60_000;

/** A drill waits so long for its clients, whoever they are, before it cures: a host waits longer. */
export function switchSecondsOf(
  { timings }: Pick<GroupPlan, "timings">,
  { cureAfterMs = 0 }: Pick<Fault, "cureAfterMs">,
  limitMs: number,
): number {
  const patienceMs = timings.downAfterMs.value + 2 * timings.failoverTimeoutMs.value;
  return Math.ceil((slowness() * (limitMs + patienceMs + cureAfterMs + MARGIN_MS)) / 1_000);
}

export interface Venture {
  readonly site: HostsSite;
  readonly group: GroupPlan;
  readonly doors: Doors;
  readonly shells: Pick<Shells, "run">;
  readonly hands: Pick<SshHands, "idle">;
  readonly claim: Claim;
  /** What the clients write. */
  readonly lists: readonly string[];
}

/**
 * Not to be interrupted: a second Ctrl-C ends the process, and the hosts cure themselves.
 * @returns what is true now, in a sentence
 */
export async function leave(venture: Venture): Promise<string> {
  const { site, group, doors, shells, hands, claim, lists } = venture;
  const { touched } = site;
  await hands.idle();
  const uncured = await cureHosts(site, shells, touched);
  const look = async () => await lookWhole(doors, group);
  const missing = await waitFor("the cluster to be whole", look, { withinMs: WHOLE_AGAIN_MS }).then(
    () => undefined,
    (error: unknown) => (error as Error).message,
  );
  await removeLists(site, group, lists);
  await claim.release();
  const cured = `${touched.size - uncured.length} of ${touched.size} hosts that were touched are cured`;
  const alone = uncured.map((sentence) => `${sentence}; that host cures itself by its own timer`);
  const state = missing === undefined ? "the cluster is whole" : `the cluster is not whole: ${missing}`;
  return [cured, ...alone, state].join("; ");
}
