// A load balancer of its own in the real Octavia, with a listener and a pool, and a hand on how fast changes
// are in force.
import { missing, seen, waitFor } from "../../../../packages/baton/src/sys/wait.ts";
import { mustSay, say, type Said } from "./openstack.ts";
import type { RealOctavia } from "./server.ts";

const HOUR_MS = 3_600_000;
const READY_MS = 20_000;

interface Live {
  readonly live: readonly string[];
  readonly past: readonly string[];
}

export interface RealPool {
  readonly id: string;
  readonly balancerId: string;
  readonly listenerId: string;
  /** As the user, past everything that is tested. */
  ask(method: "GET" | "PUT" | "POST", path: string, body?: unknown): Promise<Said>;
  /** What connections find, and have found. */
  live(): Promise<Live>;
  /** How long a change takes, milliseconds; null is for ever. */
  pace(ms: number | null): Promise<void>;
  atRest(): Promise<void>;
  /** The whole pool by hand, in force when it resolves. */
  set(members: readonly Readonly<Record<string, unknown>>[]): Promise<void>;
}

type Ask = RealPool["ask"];

async function untilActive(ask: Ask, balancerId: string): Promise<void> {
  const look = async () => {
    const { text } = await ask("GET", `loadbalancers/${balancerId}`);
    const { loadbalancer } = JSON.parse(text) as {
      readonly loadbalancer: { readonly provisioning_status: string };
    };
    const { provisioning_status } = loadbalancer;
    return provisioning_status === "ACTIVE" ? seen(undefined) : missing(provisioning_status);
  };
  await waitFor(`load balancer ${balancerId}`, look, { withinMs: READY_MS, everyMs: 10 });
}

async function build(ask: Ask) {
  const make = async (kind: string, body: Readonly<Record<string, unknown>>): Promise<string> => {
    const { status, text } = await ask("POST", `${kind}s`, { [kind]: body });
    if (status !== 201) throw new Error(`${kind}: ${status} ${text}`);
    return (JSON.parse(text) as Record<string, { readonly id: string }>)[kind]?.id ?? "";
  };
  const balancerId = await make("loadbalancer", {
    name: "redis",
    vip_network_id: "6b1f0f0e-5d2c-4b8a-9a57-0c1d2e3f4a5b",
  });
  await untilActive(ask, balancerId);
  const listenerId = await make("listener", {
    loadbalancer_id: balancerId,
    protocol: "TCP",
    protocol_port: 6379,
    timeout_client_data: HOUR_MS,
    timeout_member_data: HOUR_MS,
  });
  await untilActive(ask, balancerId);
  const pool = { listener_id: listenerId, protocol: "TCP", lb_algorithm: "ROUND_ROBIN" };
  const id = await make("pool", pool);
  await untilActive(ask, balancerId);
  return { id, balancerId, listenerId };
}

/** Each has a balancer of its own: tests do not meet. */
export async function newPool(server: RealOctavia): Promise<RealPool> {
  const { octavia } = server;
  let token = await server.token();
  const ask: Ask = async (method, path, body) => {
    const url = `${octavia}/v2/lbaas/${path}`;
    const said = await say({ method, url, body, token });
    if (said.status !== 401) return said;
    // The user was switched off and on again.
    token = await server.token();
    return await say({ method, url, body, token });
  };
  const pace = async (ms: number | null) => {
    await mustSay({ method: "PUT", url: `${octavia}/control/pace`, body: { ms } });
  };
  await pace(0);
  const { id, balancerId, listenerId } = await build(ask);
  const live = () => mustSay<Live>({ method: "GET", url: `${octavia}/control/live/${id}` });
  return {
    id,
    balancerId,
    listenerId,
    ask,
    live,
    pace,
    atRest: () => untilActive(ask, balancerId),
    async set(members) {
      const put = async () => {
        const { status, text } = await ask("PUT", `pools/${id}/members`, { members });
        return status === 202 ? seen(undefined) : missing(`${status} ${text}`);
      };
      await waitFor("a batch by hand", put, { withinMs: READY_MS, everyMs: 10 });
      await untilActive(ask, balancerId);
    },
  };
}
