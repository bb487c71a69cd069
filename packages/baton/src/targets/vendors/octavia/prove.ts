// What would be in the way of a change of the pool, or of clients that follow it: login, region, rights, the
// pool, its balancer, its listeners, its monitor and its members. Reads only.
import { z } from "zod";
import { BatonError } from "../../../errors.ts";
import { ApiRefusal } from "../../api/refusal.ts";
import type { Proof } from "../../target.ts";
import type { OpenstackAccess } from "./access.ts";
import type { Balancer, PoolFacts } from "./balancer.ts";
import { isOurs, type Member, namesOf, type Owner, strangersIn, takesConnections } from "./member.ts";
import type { Pool } from "./pool.ts";
import { idleProof, problem, right, unknown } from "./proofs.ts";
import type { Session } from "./session.ts";

export interface ProveParts {
  readonly session: Session;
  readonly balancer: Balancer;
  readonly pool: Pool;
  readonly access: OpenstackAccess;
  readonly owner: Owner;
}

const listenerReply = z.object({
  listener: z.object({
    protocol: z.string(),
    admin_state_up: z.boolean(),
    timeout_client_data: z.int().nullish(),
    timeout_member_data: z.int().nullish(),
  }),
});
type Listener = z.output<typeof listenerReply>["listener"];
const monitorReply = z.object({ healthmonitor: z.object({ type: z.string() }) });

/** A no is an answer; whatever else went wrong may be otherwise in a minute. */
const REFUSED = new Set([400, 401, 403, 404]);
function failed(error: unknown): Proof {
  const { message } = error as Error;
  const isNo = error instanceof ApiRefusal ? REFUSED.has(error.status) : error instanceof BatonError;
  return isNo ? problem(message) : unknown(message);
}

async function looked(look: () => Promise<readonly Proof[]>): Promise<readonly Proof[]> {
  try {
    return await look();
  } catch (error) {
    return [failed(error)];
  }
}

/** Octavia's own role, those above it, and what OVHcloud calls it. */
const ROLES = ["load-balancer_member", "load-balancer_admin", "load-balancer_operator", "admin"];

function roleProof(roles: readonly string[]): Proof {
  const found = roles.filter((role) => ROLES.includes(role));
  if (found.length > 0) return right(`the credentials have the role ${found.join(", ")}`);
  const there = roles.length === 0 ? "none" : roles.slice(0, 20).join(", ");
  return unknown(
    `the credentials have the roles ${there}, not load-balancer_member: whether this cloud lets them ` +
      "change a pool cannot be asked",
  );
}

function poolProof(poolId: string, { protocol, provisioning_status }: PoolFacts): Proof {
  if (protocol !== "TCP") {
    return problem(`pool ${poolId} speaks ${protocol}, and Redis needs a pool of protocol TCP`);
  }
  return provisioning_status === "ERROR"
    ? problem(`pool ${poolId} has the provisioning status ERROR`)
    : right(`pool ${poolId} is there and speaks TCP`);
}

function listenerProof(id: string, listener: Listener): Proof {
  const { protocol, admin_state_up, timeout_client_data, timeout_member_data } = listener;
  if (protocol !== "TCP") return problem(`listener ${id} speaks ${protocol}, and Redis needs TCP`);
  if (!admin_state_up) return problem(`listener ${id} is switched off (admin_state_up false)`);
  return idleProof(id, [timeout_client_data, timeout_member_data]);
}

function monitorProof(type: string, members: readonly Member[], owner: Owner): Proof {
  if (type === "TCP" || type === "PING") return right(`the health monitor (${type}) suits Redis`);
  if (type === "TLS-HELLO") return unknown("the health monitor is right only where Redis speaks TLS");
  if (type !== "HTTP" && type !== "HTTPS")
    return problem(`the health monitor (${type}) does not suit Redis`);
  const bare = members.filter((one) => isOurs(one, owner) && typeof one.monitor_port !== "number");
  if (members.length > 0 && bare.length === 0) {
    return right(`the health monitor (${type}) asks the members' monitor_port`);
  }
  return problem(
    `the health monitor (${type}) asks Redis itself, which never says 200, and so the primary is taken ` +
      "out: use TCP, or say monitorPort (the agent's) and give it to the members that are there",
  );
}

function membersProof(members: readonly Member[], owner: Owner): Proof {
  const strangers = strangersIn(members, owner);
  if (strangers.length > 0) {
    return problem(
      `the pool leads to ${namesOf(strangers)} as well, which is no node of group ${owner.group}: ` +
        "take it out of the pool, which is for the primary alone",
    );
  }
  const ours = members.filter((one) => isOurs(one, owner));
  const up = ours.filter((one) => takesConnections(one, owner));
  const kept = members.length - ours.length;
  const others = kept === 0 ? "" : `, and ${kept} of somebody else's that take none`;
  const led = `of ${owner.nodes.length} nodes ${ours.length} are members`;
  return right(`${led}, ${up.length} of them takes connections${others}`);
}

async function listenerProofs({ session }: ProveParts, { listeners }: PoolFacts, signal: AbortSignal) {
  if (listeners.length === 0) return [problem("no listener leads to the pool: no client can reach it")];
  const proofs: Proof[] = [];
  for (const { id } of listeners.slice(0, 10)) {
    const asked = { method: "GET", path: `/v2/lbaas/listeners/${id}`, reply: listenerReply } as const;
    proofs.push(listenerProof(id, (await session.ask(asked, signal)).body.listener));
  }
  return proofs;
}

interface Seen {
  readonly facts: PoolFacts;
  readonly members: readonly Member[];
}

async function monitorOf(
  { session, owner }: ProveParts,
  { facts: { healthmonitor_id: id }, members }: Seen,
  signal: AbortSignal,
): Promise<Proof> {
  if (id === null || id === undefined) {
    return right("there is no health monitor: Baton alone says who takes connections");
  }
  const path = `/v2/lbaas/healthmonitors/${encodeURIComponent(id)}`;
  const { body } = await session.ask({ method: "GET", path, reply: monitorReply }, signal);
  return monitorProof(body.healthmonitor.type, members, owner);
}

async function balancerProof({ balancer }: ProveParts, signal: AbortSignal): Promise<Proof> {
  const { provisioning_status: status } = await balancer.facts(signal);
  if (status === "ACTIVE") return right("the load balancer is ACTIVE");
  return status.startsWith("PENDING_")
    ? unknown(`the load balancer is ${status}: a change is under way`)
    : problem(`the load balancer is ${status}: Octavia changes nothing in it`);
}

/** Never rejects. */
export async function proveOctavia(parts: ProveParts, signal: AbortSignal): Promise<readonly Proof[]> {
  const { session, balancer, pool, access, owner } = parts;
  try {
    const { base, roles } = await session.enter(signal);
    const host = `Octavia of region ${access.region} is ${new URL(base).host}`;
    const proofs = [right(`Keystone lets the agent in; ${host}`), roleProof(roles)];
    const facts = await balancer.pool(signal);
    const members = await pool.members(signal);
    return [
      ...proofs,
      poolProof(access.pool, facts),
      ...(await looked(async () => [await balancerProof(parts, signal)])),
      ...(await looked(() => listenerProofs(parts, facts, signal))),
      ...(await looked(async () => [await monitorOf(parts, { facts, members }, signal)])),
      membersProof(members, owner),
    ];
  } catch (error) {
    return [failed(error)];
  }
}
