// OVHcloud's own way to a pool, put together as a target, with what would be in its way.
import { z } from "zod";
import { ApiRefusal } from "../../../api/refusal.ts";
import type { Proof, Surroundings, Target } from "../../../target.ts";
import type { OvhAccess } from "../../ovh/access.ts";
import { openOvh, type Ovh } from "../../ovh/client.ts";
import type { OvhNeeds } from "../../ovh/rights.ts";
import type { Owner } from "../member.ts";
import { idleProof, problem, right, unknown } from "../proofs.ts";
import { isOvhOurs, ovhNames } from "./steps.ts";
import { openWrapper, type OvhPoolFacts, type Wrapper } from "./wrapper.ts";

export interface OvhPool {
  readonly project: string;
  readonly region: string;
  readonly pool: string;
}

const listeners = z
  .array(
    z.object({
      id: z.string().max(64),
      defaultPoolId: z.string().nullish(),
      timeoutClientData: z.int().nullish(),
      timeoutMemberData: z.int().nullish(),
    }),
  )
  .max(1_000);

const pathOf = ({ project, region }: OvhPool): string =>
  `/cloud/project/${encodeURIComponent(project)}/region/${encodeURIComponent(region)}/loadbalancing`;

/** The least that a consumer key or a policy has to allow. */
function needsOf(own: OvhPool): OvhNeeds {
  const path = pathOf(own);
  const member = `${path}/pool/${own.pool}/member`;
  const action = "publicCloudProject:apiovh:region/loadbalancing";
  return {
    rules: [
      { method: "GET", path: `${path}/*` },
      { method: "POST", path: member },
      { method: "PUT", path: `${member}/*` },
      { method: "DELETE", path: `${member}/*` },
    ],
    actions: [
      ...["get", "create", "edit", "delete"].map((verb) => `${action}/pool/member/${verb}`),
      `${action}/pool/get`,
      `${action}/listener/get`,
    ],
  };
}

async function listenerProofs(
  ovh: Ovh,
  { own, facts: { loadbalancerId } }: { readonly own: OvhPool; readonly facts: OvhPoolFacts },
  signal: AbortSignal,
): Promise<readonly Proof[]> {
  const query =
    typeof loadbalancerId === "string" ? `?loadbalancerId=${encodeURIComponent(loadbalancerId)}` : "";
  const asked = { method: "GET", path: `${pathOf(own)}/listener${query}`, reply: listeners } as const;
  const found = (await ovh.ask(asked, signal)).filter(({ defaultPoolId }) => defaultPoolId === own.pool);
  if (found.length === 0) return [problem("no listener leads to the pool: no client can reach it")];
  return found.slice(0, 10).map((one) => {
    const { id, timeoutClientData, timeoutMemberData } = one;
    return idleProof(id, [timeoutClientData, timeoutMemberData]);
  });
}

async function poolProofs(
  wrapper: Wrapper,
  { own, owner }: { readonly own: OvhPool; readonly owner: Owner },
  signal: AbortSignal,
): Promise<{ readonly facts: OvhPoolFacts; readonly proofs: readonly Proof[] }> {
  const facts = await wrapper.pool(signal);
  const isTcp = facts.protocol.toLowerCase() === "tcp";
  const shape = isTcp
    ? right(`pool ${own.pool} is there and speaks TCP`)
    : problem(`pool ${own.pool} speaks ${facts.protocol}, and Redis needs a pool of protocol tcp`);
  const members = await wrapper.members(signal);
  const strangers = members.filter((one) => !isOvhOurs(one, owner));
  const who = `${ovhNames(strangers)}, which is no node of group ${owner.group}`;
  const led =
    strangers.length === 0
      ? right(`of ${owner.nodes.length} nodes ${members.length} are members`)
      : problem(`the pool leads to ${who}: take it out, the pool is for the primary alone`);
  return { facts, proofs: [shape, led] };
}

/** @throws BatonError SECRET, CLUSTER_FILE */
export async function openOvhWay(
  access: OvhAccess,
  { own, owner }: { readonly own: OvhPool; readonly owner: Owner },
  surroundings: Surroundings,
): Promise<Required<Pick<Target, "read" | "write" | "prove" | "close">>> {
  const ovh = await openOvh(access, surroundings);
  const path = `${pathOf(own)}/pool/${own.pool}`;
  const wrapper = openWrapper({ ovh, path, owner });
  return {
    read: (signal) => wrapper.read(signal),
    write: (change, signal) => wrapper.write(change, signal),
    async prove(signal) {
      const proofs = [...(await ovh.prove(needsOf(own), signal))];
      try {
        const { facts, proofs: ofPool } = await poolProofs(wrapper, { own, owner }, signal);
        return [...proofs, ...ofPool, ...(await listenerProofs(ovh, { own, facts }, signal))];
      } catch (error) {
        const { message } = error as Error;
        const isNo = error instanceof ApiRefusal && [400, 401, 403, 404].includes(error.status);
        return [...proofs, isNo ? problem(message) : unknown(message)];
      }
    },
    close: () => ovh.close(),
  };
}
