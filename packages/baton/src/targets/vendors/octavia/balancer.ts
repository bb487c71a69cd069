// A load balancer as a mutex: Octavia makes one change in it at a time, and answers 409 to everybody else.
// This waits until it is at rest.
import { z } from "zod";
import { BatonError } from "../../../errors.ts";
import { systemClock } from "../../../sys/clock.ts";
import { ApiRefusal } from "../../api/refusal.ts";
import type { Session } from "./session.ts";

const idOnly = z.object({ id: z.string().regex(/^[0-9a-fA-F-]{32,36}$/, { error: "Expected an id" }) });
const poolReply = z.object({
  pool: z.object({
    protocol: z.string(),
    provisioning_status: z.string(),
    loadbalancers: z.array(idOnly).max(100).default([]),
    listeners: z.array(idOnly).max(100).default([]),
    healthmonitor_id: z.string().nullish(),
  }),
});
export type PoolFacts = z.output<typeof poolReply>["pool"];
const balancerReply = z.object({
  loadbalancer: z.object({ provisioning_status: z.string(), operating_status: z.string() }),
});
export type BalancerFacts = z.output<typeof balancerReply>["loadbalancer"];

/** The first pause of a poll. An amphora takes seconds; whoever asks more often makes nothing faster. */
const PAUSE_FIRST_MS = 200;
const PAUSE_GROWTH = 1.5;
const PAUSE_MS_MAX = 3_000;

export interface Balancer {
  /** @throws BatonError UNABLE where there is no such pool; others like Session.ask. */
  pool(signal: AbortSignal): Promise<PoolFacts>;
  facts(signal: AbortSignal): Promise<BalancerFacts>;
  /**
   * Resolves when no change is under way.
   * @throws Error when it is in a state in which Octavia changes nothing; the signal's reason, with the state
   *   that it was in.
   */
  atRest(signal: AbortSignal): Promise<void>;
}

export function openBalancer(session: Session, poolId: string, region: string): Balancer {
  let balancerId: string | undefined;

  async function pool(signal: AbortSignal): Promise<PoolFacts> {
    try {
      const asked = { method: "GET", path: `/v2/lbaas/pools/${poolId}`, reply: poolReply } as const;
      return (await session.ask(asked, signal)).body.pool;
    } catch (error) {
      if (!(error instanceof ApiRefusal) || error.status !== 404) throw error;
      const said = `there is no pool ${poolId} in region ${region} for this project`;
      const next = "compare with `openstack loadbalancer pool list`";
      throw new BatonError("UNABLE", `${said}: ${next}`, { cause: error });
    }
  }

  async function facts(signal: AbortSignal): Promise<BalancerFacts> {
    balancerId ??= (await pool(signal)).loadbalancers[0]?.id;
    if (balancerId === undefined) throw new Error(`pool ${poolId} belongs to no load balancer`);
    const path = `/v2/lbaas/loadbalancers/${balancerId}`;
    return (await session.ask({ method: "GET", path, reply: balancerReply }, signal)).body.loadbalancer;
  }

  async function atRest(signal: AbortSignal): Promise<void> {
    let status = "";
    try {
      for (let pauseMs = PAUSE_FIRST_MS; ; pauseMs = Math.min(PAUSE_MS_MAX, pauseMs * PAUSE_GROWTH)) {
        status = (await facts(signal)).provisioning_status;
        if (!status.startsWith("PENDING_")) break;
        // Agents that wait for the same change do not ask in step.
        await systemClock.sleep(pauseMs * (0.8 + Math.random() * 0.4), signal);
      }
    } catch (error) {
      if (!signal.aborted || status === "") throw error;
      const why = (error as Error).message;
      throw new Error(`${why}: load balancer ${balancerId} was ${status} all the time`, {
        cause: error,
      });
    }
    if (status === "ACTIVE") return;
    throw new Error(
      `load balancer ${balancerId} is ${status}, and Octavia changes nothing in it: ` +
        `\`openstack loadbalancer failover ${balancerId}\`, or ask the cloud's support`,
    );
  }

  return { pool, facts, atRest };
}
