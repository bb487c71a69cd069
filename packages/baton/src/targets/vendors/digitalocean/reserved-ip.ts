// A reserved IP: asks which droplet has it, and gives it to another one, one change at a time.
import { z } from "zod";
import type { Proof } from "../../target.ts";
import type { DigitalOcean } from "./client.ts";
import { type Droplets, proveDroplets } from "./droplets.ts";
import { proofOf, proveBudget, unaskable } from "./proofs.ts";
import { until } from "./until.ts";

const addressReply = z.object({
  reserved_ip: z.object({
    droplet: z.object({ id: z.int() }).nullable(),
    region: z.object({ slug: z.string() }).nullish(),
    // Sent by the vendor since there are reserved IPs; where it is not, 422 says the same.
    locked: z.boolean().default(false),
  }),
});
const actionReply = z.object({
  action: z.object({ id: z.int(), status: z.enum(["in-progress", "completed", "errored"]) }),
});
type Action = z.output<typeof actionReply>["action"];

export interface Place {
  /** undefined when no droplet has it. */
  readonly dropletId: number | undefined;
  readonly region: string | undefined;
  /** A change is under way: where it leads to in a moment nobody says. */
  readonly isLocked: boolean;
}

export interface ReservedIp {
  look(signal: AbortSignal): Promise<Place>;
  /** Resolves when it leads to the droplet. @throws TryLater while something else is done to one of them. */
  assign(dropletId: number, signal: AbortSignal): Promise<void>;
}

export function reservedIpOf(api: DigitalOcean, address: string): ReservedIp {
  const path = `/v2/reserved_ips/${address}`;

  async function look(signal: AbortSignal): Promise<Place> {
    const scope = "reserved_ip:read";
    const { reserved_ip: found } = await api.ask(
      { method: "GET", path, reply: addressReply, scope },
      signal,
    );
    const { droplet, region, locked } = found;
    return { dropletId: droplet?.id, region: region?.slug, isLocked: locked };
  }

  const unlocked = (signal: AbortSignal): Promise<Place> =>
    until(async () => {
      const place = await look(signal);
      return place.isLocked ? undefined : place;
    }, signal);

  async function ended(begun: Action, signal: AbortSignal): Promise<void> {
    const asked = {
      method: "GET",
      path: `${path}/actions/${begun.id}`,
      reply: actionReply,
      scope: "reserved_ip:read",
    } as const;
    let last = begun;
    await until(async () => {
      if (last.status === "in-progress") last = (await api.ask(asked, signal)).action;
      return last.status === "in-progress" ? undefined : last;
    }, signal);
    if (last.status === "completed") return;
    throw new Error(
      `${address}: the vendor could not assign it: action ${last.id} has ended as errored`,
    );
  }

  return {
    look,
    async assign(dropletId, signal) {
      // Another agent's change, or that of an attempt which was cut off, may be the same.
      if ((await unlocked(signal)).dropletId === dropletId) return;
      const body = { type: "assign", droplet_id: dropletId };
      const scope = "reserved_ip:update";
      const asked = {
        method: "POST",
        path: `${path}/actions`,
        body,
        reply: actionReply,
        scope,
      } as const;
      const { action } = await api.ask(asked, signal);
      await ended(action, signal);
      await unlocked(signal);
    },
  };
}

/** Changes nothing; never rejects. */
export async function proveReservedIp(
  api: DigitalOcean,
  address: string,
  droplets: Droplets,
  signal: AbortSignal,
): Promise<readonly Proof[]> {
  const what = `reserved IP ${address}`;
  let place: Place;
  try {
    place = await reservedIpOf(api, address).look(signal);
  } catch (error) {
    return [proofOf(what, error)];
  }
  const { dropletId, region, isLocked } = place;
  const holder = dropletId === undefined ? "no droplet has it" : `${droplets.nameOf(dropletId)} has it`;
  const where = region === undefined ? "" : `, in ${region}`;
  const change = isLocked ? "; a change is under way" : "";
  return [
    { verdict: "right", sentence: `${what}: it is there${where}; ${holder}${change}` },
    ...(await proveDroplets(api, droplets, { what: "the reserved IP", region }, signal)),
    unaskable("assign it", "reserved_ip:update"),
    ...proveBudget(api),
  ];
}
