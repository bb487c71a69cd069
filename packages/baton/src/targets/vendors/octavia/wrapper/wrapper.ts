// A pool through OVHcloud's own API, for accounts that have no OpenStack user: one member added, waited for,
// and the one before taken out.
import { z } from "zod";
import { systemClock } from "../../../../sys/clock.ts";
import { ApiRefusal } from "../../../api/refusal.ts";
import { type Change, endpointText, type Reading } from "../../../target.ts";
import type { Ovh } from "../../ovh/client.ts";
import type { Owner } from "../member.ts";
import {
  isOvhOurs,
  isUnderWay,
  newestOvhEpoch,
  nextStep,
  ovhMember,
  type OvhMember,
  ovhNames,
  ovhReading,
  type Step,
} from "./steps.ts";

const poolReply = z.object({
  protocol: z.string(),
  provisioningStatus: z.string(),
  loadbalancerId: z.string().nullish(),
});
export type OvhPoolFacts = z.output<typeof poolReply>;
const membersReply = z.array(ovhMember).max(200);

/** One for each member that may have to go, and for the new one. */
const STEPS_MAX = 20;
const PAUSE_FIRST_MS = 500;
const PAUSE_GROWTH = 1.5;
const PAUSE_MS_MAX = 4_000;

export interface WrapperParts {
  readonly ovh: Ovh;
  /** Of the pool, with a slash at its beginning and none at its end. */
  readonly path: string;
  readonly owner: Owner;
}

export interface Wrapper {
  pool(signal: AbortSignal): Promise<OvhPoolFacts>;
  members(signal: AbortSignal): Promise<readonly OvhMember[]>;
  read(signal: AbortSignal): Promise<Reading | undefined>;
  write(change: Change, signal: AbortSignal): Promise<void>;
}

function refuseOlder(members: readonly OvhMember[], { group, epoch, endpoint }: Change): void {
  const newest = newestOvhEpoch(group, members);
  if (newest === undefined || newest <= epoch) return;
  throw new Error(
    `holds epoch ${newest} (${ovhNames(members)}), and ${epoch} (${endpointText(endpoint)}) is older; ` +
      "if the cluster was built anew, give the member with that epoch another name",
  );
}

async function carryOut({ ovh, path }: WrapperParts, step: Step, signal: AbortSignal): Promise<void> {
  if (step.kind === "add") {
    const body = { members: [step.member] };
    return void (await ovh.ask({ method: "POST", path: `${path}/member`, body }, signal));
  }
  const one = `${path}/member/${step.id}`;
  if (step.kind === "name") {
    return void (await ovh.ask({ method: "PUT", path: one, body: { name: step.name } }, signal));
  }
  try {
    await ovh.ask({ method: "DELETE", path: one }, signal);
  } catch (error) {
    // Somebody else was faster.
    if (!(error instanceof ApiRefusal) || error.status !== 404) throw error;
  }
}

export function openWrapper(parts: WrapperParts): Wrapper {
  const { ovh, path, owner } = parts;
  const pool = (signal: AbortSignal) => ovh.ask({ method: "GET", path, reply: poolReply }, signal);
  const members = (signal: AbortSignal) =>
    ovh.ask({ method: "GET", path: `${path}/member`, reply: membersReply }, signal);

  /** The members when no change is under way. */
  async function atRest(signal: AbortSignal): Promise<readonly OvhMember[]> {
    let status = "";
    try {
      for (let pauseMs = PAUSE_FIRST_MS; ; pauseMs = Math.min(PAUSE_MS_MAX, pauseMs * PAUSE_GROWTH)) {
        const found = await members(signal);
        const moving = found.find(({ provisioningStatus }) => isUnderWay(provisioningStatus));
        status = (moving ?? (await pool(signal))).provisioningStatus;
        if (!isUnderWay(status)) return found;
        await systemClock.sleep(pauseMs * (0.8 + Math.random() * 0.4), signal);
      }
    } catch (error) {
      if (!signal.aborted || status === "") throw error;
      throw new Error(`${(error as Error).message}: the pool was ${status} all the time`, {
        cause: error,
      });
    }
  }

  return {
    pool,
    members,
    async read(signal) {
      return ovhReading(await atRest(signal), owner);
    },
    async write(change, signal) {
      for (let count = 0; count < STEPS_MAX; count += 1) {
        // Looked at before each step: somebody with a newer epoch may have come in between.
        const found = await atRest(signal);
        refuseOlder(found, change);
        const step = nextStep(found, change, owner);
        if (step !== undefined) {
          await carryOut(parts, step, signal);
          continue;
        }
        const strangers = found.filter((one) => !isOvhOurs(one, owner));
        if (strangers.length === 0) return;
        const who = `${ovhNames(strangers)}, which is no node of group ${owner.group}`;
        const where = endpointText(change.endpoint);
        throw new Error(`leads to ${where}, but also to ${who}: take it out of the pool`);
      }
      throw new Error(
        `the pool is not as wanted after ${STEPS_MAX} changes: does somebody else change it?`,
      );
    },
  };
}
