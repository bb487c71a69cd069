// What a pool shows through OVHcloud's own API, and the next step towards the primary: pure. That API can
// add, rename and take out one member at a time, knows no tags, and cannot switch a member off.
import { z } from "zod";
import { NOBODY, type Place, type Reading } from "../../../target.ts";
import { canonical, epochIn, markOf, type Owner } from "../member.ts";

export const ovhMember = z.object({
  id: z.string().regex(/^[0-9a-fA-F-]{32,36}$/, { error: "Expected an id" }),
  name: z.string().nullish(),
  address: z.string().min(1).max(64),
  protocolPort: z.int(),
  weight: z.int().nullish(),
  provisioningStatus: z.string(),
});
export type OvhMember = z.output<typeof ovhMember>;

/** A change is under way. */
export const isUnderWay = (status: string): boolean =>
  ["creating", "updating", "deleting"].includes(status);

const isAt = (one: OvhMember, { endpoint: { address, port } }: Pick<Place, "endpoint">): boolean =>
  one.protocolPort === port && canonical(one.address) === address;
const epochOf = (group: string, { name }: OvhMember): number | undefined => epochIn(group, name ?? "");

export const isOvhOurs = (one: OvhMember, { group, nodes }: Owner): boolean =>
  epochOf(group, one) !== undefined || nodes.some((node) => isAt(one, node));

export function newestOvhEpoch(group: string, members: readonly OvhMember[]): number | undefined {
  const epochs = members.flatMap((one) => epochOf(group, one) ?? []);
  return epochs.length === 0 ? undefined : Math.max(...epochs);
}

export const ovhNames = (members: readonly OvhMember[]): string =>
  members
    .slice(0, 5)
    .map(({ address, protocolPort }) => `${address}:${protocolPort}`)
    .join(", ") + (members.length > 5 ? ` and ${members.length - 5} more` : "");

/** Every member counts: whether one is switched off cannot be seen. */
export function ovhReading(members: readonly OvhMember[], { group }: Owner): Reading | undefined {
  const [first] = members;
  if (first === undefined) return undefined;
  const epoch = newestOvhEpoch(group, members);
  const isBroken = members.some(({ provisioningStatus }) => provisioningStatus === "error");
  const since = epoch === undefined ? "no epoch" : `epoch ${epoch}`;
  const raw = `${ovhNames(members)}${isBroken ? ", provisioning status error" : ""}, ${since}`;
  const endpoint = { address: canonical(first.address), port: first.protocolPort };
  return { endpoint: members.length === 1 && !isBroken ? endpoint : NOBODY, epoch, raw };
}

export type Step =
  | {
      readonly kind: "add";
      readonly member: {
        readonly address: string;
        readonly protocolPort: number;
        readonly name: string;
        readonly weight: number;
      };
    }
  | { readonly kind: "name"; readonly id: string; readonly name: string }
  | { readonly kind: "remove"; readonly id: string };

/**
 * The primary first, and only when it is in force somebody else is taken out: the pool is never empty.
 * undefined when nothing is left to do. Somebody else's members stay.
 */
export function nextStep(members: readonly OvhMember[], place: Place, owner: Owner): Step | undefined {
  const name = markOf(owner.group, place.epoch);
  const there = members.find((one) => isAt(one, place));
  const others = members.filter((one) => one !== there && isOvhOurs(one, owner));
  if (there === undefined) {
    const { address, port: protocolPort } = place.endpoint;
    const weight = Math.max(1, others[0]?.weight ?? 1);
    return { kind: "add", member: { address, protocolPort, name, weight } };
  }
  // A change that went wrong is begun anew by any other change.
  if (there.name !== name || there.provisioningStatus !== "active") {
    return { kind: "name", id: there.id, name };
  }
  const [next] = others;
  return next && { kind: "remove", id: next.id };
}
