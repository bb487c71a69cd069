// Members of a pool as Octavia shows them and as a batch wants them: which of them take connections, which of
// them are ours, and which epoch they hold.
import { z } from "zod";
import type { Endpoint } from "../../../cluster/types.ts";
import { endpointText, type KnownNode } from "../../target.ts";

/** A pool of Redis has a handful; a list of several pages would not be the whole pool. */
const MEMBERS_MAX = 200;

/** Whatever a batch can set is read: it resets what it leaves out. */
const member = z.object({
  name: z.string().nullish(),
  address: z.string().min(1).max(64),
  protocol_port: z.int(),
  weight: z.int(),
  admin_state_up: z.boolean(),
  backup: z.boolean().nullish(),
  subnet_id: z.string().nullish(),
  monitor_address: z.string().nullish(),
  monitor_port: z.int().nullish(),
  tags: z.array(z.string()).nullish(),
  /** Since API 2.29; "direct" where it was asked for. */
  vnic_type: z.string().nullish(),
  provisioning_status: z.string(),
});
export type Member = z.output<typeof member>;

export const memberList = z.object({
  members: z.array(member).max(MEMBERS_MAX),
  members_links: z.array(z.object({ rel: z.string() })).nullish(),
});

/** One entry of a batch. */
export interface Entry {
  readonly name?: string;
  readonly address: string;
  readonly protocol_port: number;
  readonly weight: number;
  readonly admin_state_up: boolean;
  readonly backup: boolean;
  readonly subnet_id?: string;
  readonly monitor_address?: string;
  readonly monitor_port?: number;
  readonly request_sriov?: true;
  readonly tags: readonly string[];
}

/** Whose pool it is, and what members get that Baton makes. */
export interface Owner {
  readonly group: string;
  readonly nodes: readonly KnownNode[];
  /** Of new members; default: that of a member that is there. */
  readonly subnet: string | undefined;
  readonly monitorPort: number | undefined;
}

const known = <Key extends string, Value>(key: Key, value: Value | null | undefined) =>
  (value === null || value === undefined ? {} : { [key]: value }) as { readonly [K in Key]?: Value };

/** The member as it is, for a batch that leaves it so. */
export const entryOf = (one: Member): Entry => ({
  ...known("name", one.name),
  address: one.address,
  protocol_port: one.protocol_port,
  weight: one.weight,
  admin_state_up: one.admin_state_up,
  backup: one.backup ?? false,
  ...known("subnet_id", one.subnet_id),
  ...known("monitor_address", one.monitor_address),
  ...known("monitor_port", one.monitor_port),
  ...(one.vnic_type === "direct" ? ({ request_sriov: true } as const) : {}),
  tags: one.tags ?? [],
});

/** Octavia keeps an IPv6 address as somebody wrote it; the cluster file has the short form. */
export function canonical(address: string): string {
  const url = `http://[${address}]`;
  return address.includes(":") && URL.canParse(url) ? new URL(url).hostname.slice(1, -1) : address;
}

export const endpointOf = ({ address, protocol_port }: Entry | Member): Endpoint => ({
  address: canonical(address),
  port: protocol_port,
});

export const isAt = (one: Entry | Member, { address, port }: Endpoint): boolean =>
  one.protocol_port === port && canonical(one.address) === address;

const prefixOf = (group: string) => `baton-${group}-epoch-`;

/** Says who leads, and since when: a tag, or the name where an API has no tags. */
export const markOf = (group: string, epoch: number): string => `${prefixOf(group)}${epoch}`;

/** The epoch of one tag or name; undefined when it is no mark of this group. */
export function epochIn(group: string, text: string): number | undefined {
  if (!text.startsWith(prefixOf(group))) return undefined;
  const digits = text.slice(prefixOf(group).length);
  return /^\d{1,15}$/.test(digits) ? Number(digits) : undefined;
}

const marksOf = ({ name, tags }: Pick<Member, "name" | "tags">): readonly string[] => [
  ...(tags ?? []),
  ...(typeof name === "string" ? [name] : []),
];

/** The newest epoch of all members; undefined when none holds one. */
export function newestEpoch(
  group: string,
  members: readonly Pick<Member, "name" | "tags">[],
): number | undefined {
  const epochs = members.flatMap(marksOf).flatMap((text) => epochIn(group, text) ?? []);
  return epochs.length === 0 ? undefined : Math.max(...epochs);
}

/** A node of the group, or one that was its primary before the node left the cluster file. */
export const isOurs = (one: Member, { group, nodes }: Owner): boolean =>
  nodes.some(({ endpoint }) => isAt(one, endpoint)) || newestEpoch(group, [one]) !== undefined;

/**
 * Whether connections may end up there. A backup member takes them when all others are down: for a replica of
 * ours that is wrong, for a place of somebody else's (a page that says sorry) it is what it is there for.
 */
export const takesConnections = (one: Member, owner: Owner): boolean =>
  one.admin_state_up && one.weight > 0 && (one.backup !== true || isOurs(one, owner));

export const isPending = ({ provisioning_status }: Member): boolean =>
  provisioning_status.startsWith("PENDING_");

/** Members that take connections, and that nobody may take out of the pool but who put them there. */
export const strangersIn = (members: readonly Member[], owner: Owner): readonly Member[] =>
  members.filter((one) => !isOurs(one, owner) && takesConnections(one, owner));

export const namesOf = (members: readonly (Entry | Member)[]): string =>
  members
    .slice(0, 5)
    .map((one) => endpointText(endpointOf(one)))
    .join(", ") + (members.length > 5 ? ` and ${members.length - 5} more` : "");
