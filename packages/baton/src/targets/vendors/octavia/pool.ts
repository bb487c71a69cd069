// A pool of Octavia's own API as a target: one look, one batch for the whole pool, and the wait until it is
// in force.
import { ApiRefusal } from "../../api/refusal.ts";
import { type Change, endpointText, type Reading } from "../../target.ts";
import type { Balancer } from "./balancer.ts";
import {
  type Entry,
  isPending,
  type Member,
  memberList,
  namesOf,
  newestEpoch,
  type Owner,
  strangersIn,
} from "./member.ts";
import { planned, readingOf } from "./plan.ts";
import type { Session } from "./session.ts";

/** How often members may be under way in a balancer that is at rest: somebody else began in between. */
const LOOKS_MAX = 5;

export interface PoolParts {
  readonly session: Session;
  readonly balancer: Balancer;
  readonly poolId: string;
  readonly owner: Owner;
}

export interface Pool {
  members(signal: AbortSignal): Promise<readonly Member[]>;
  read(signal: AbortSignal): Promise<Reading | undefined>;
  write(change: Change, signal: AbortSignal): Promise<void>;
}

/** Who is newer stays, whatever this agent believes. */
function refuseOlder(members: readonly Member[], { group, epoch, endpoint }: Change): void {
  const newest = newestEpoch(group, members);
  if (newest === undefined || newest <= epoch) return;
  const up = members.filter(({ admin_state_up }) => admin_state_up);
  throw new Error(
    `holds epoch ${newest} (${namesOf(up)}), and ${epoch} (${endpointText(endpoint)}) is older; ` +
      "if the cluster was built anew, remove the tag with that epoch from its member",
  );
}

export function openPool({ session, balancer, poolId, owner }: PoolParts): Pool {
  const path = `/v2/lbaas/pools/${poolId}/members`;

  async function members(signal: AbortSignal): Promise<readonly Member[]> {
    const { body } = await session.ask({ method: "GET", path, reply: memberList }, signal);
    if (body.members_links?.some(({ rel }) => rel === "next") === true) {
      // A batch of the first page would take the others out of the pool.
      throw new Error(`pool ${poolId} has more members than one answer holds: it is none for Redis`);
    }
    return body.members;
  }

  async function membersAtRest(signal: AbortSignal): Promise<readonly Member[]> {
    for (let look = 1; look <= LOOKS_MAX; look += 1) {
      const found = await members(signal);
      if (!found.some(isPending)) return found;
      await balancer.atRest(signal);
    }
    throw new Error(`members of pool ${poolId} stay PENDING in a load balancer that is ACTIVE`);
  }

  async function put(entries: readonly Entry[], signal: AbortSignal): Promise<void> {
    try {
      await session.ask({ method: "PUT", path, body: { members: entries } }, signal);
    } catch (error) {
      const isMutex =
        error instanceof ApiRefusal && error.status === 409 && /immutable/i.test(error.body);
      if (!isMutex) throw error;
      // Between the look and the batch: what they have changed is looked at first.
      throw new Error("somebody else changes the load balancer at this moment (409)", { cause: error });
    }
  }

  return {
    members,
    async read(signal) {
      return readingOf(await membersAtRest(signal), owner);
    },
    async write(change, signal) {
      await balancer.atRest(signal);
      // As late as possible: the batch speaks for all members, also for those of a newer epoch.
      const found = await membersAtRest(signal);
      refuseOlder(found, change);
      const batch = planned(found, change, owner);
      if (batch !== undefined) {
        await put(batch, signal);
        await balancer.atRest(signal);
      }
      const strangers = strangersIn(found, owner);
      if (strangers.length === 0) return;
      const who = `${namesOf(strangers)}, which is no node of group ${owner.group}`;
      throw new Error(
        `leads to ${endpointText(change.endpoint)}, but also to ${who}: take it out of the pool`,
      );
    },
  };
}
