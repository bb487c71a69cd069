// The file that a Sentinel starts with: the settings of today, and what it remembers of the cluster. Pure.
import type { Endpoint } from "../cluster/types.ts";
import { type GroupState, type KnownMember, parseState, type SentinelState } from "./sentinel-state.ts";

/** What a majority of the other Sentinels says of one group. */
export interface Followed {
  readonly group: string;
  readonly primary: Endpoint;
  readonly epoch: number;
}

/** Who belongs to the cluster by its file. */
export interface Members {
  /** By group. Of a group that is not here nothing is known, and nobody is dropped. */
  readonly nodes: ReadonlyMap<string, readonly Endpoint[]>;
  /** Without the Sentinel whose file this is. */
  readonly otherSentinels: readonly Endpoint[];
}

export interface MergeInput {
  readonly settings: string;
  /** Undefined: there is no such file. */
  readonly state: string | undefined;
  readonly members: Members;
  /** Of groups without state; of one that is missing here the first primary is watched. */
  readonly followed: readonly Followed[];
}

/** Of a group that it goes on watching, and whether the cluster file has a node where its primary is. */
export interface KeptGroup extends Followed {
  readonly isMember: boolean;
}

export interface Forgotten {
  readonly group: string;
  readonly kind: KnownMember["kind"];
  readonly endpoint: Endpoint;
}

export interface Merged {
  readonly text: string;
  readonly kept: readonly KeptGroup[];
  /** Groups that begin anew, with what the others say of them. */
  readonly made: readonly { readonly group: string; readonly followed: Followed | undefined }[];
  /** Members that are in the cluster no more. */
  readonly forgotten: readonly Forgotten[];
  /** Groups that the settings name no more. */
  readonly ended: readonly string[];
  /** Numbers of lines of the state that cannot be read, from 1. */
  readonly unreadable: readonly number[];
}

const MONITOR = /^(\s*sentinel\s+monitor\s+)(\S+)(\s+)\S+(\s+)\d+(\s+\d+\s*)$/i;
/** Never in settings: who writes them there would undo a failover at every start. */
const STATE_LINE =
  /^\s*sentinel\s+(?:myid|current-epoch|config-epoch|leader-epoch|known-(?:replica|slave|sentinel))\s/i;

/** Of settings as of state; an emptied file has none. */
export function groupsIn(text: string): readonly string[] {
  return text.split("\n").flatMap((line) => MONITOR.exec(line)?.[2] ?? []);
}

/** Groups whose primary somebody else has to name. */
export function groupsWithoutState(settings: string, state: string | undefined): readonly string[] {
  const { groups } = parseState(state ?? "");
  return groupsIn(settings).filter((name) => !groups.has(name));
}

/**
 * All that Baton writes comes from the settings: addresses, users, passwords, timings, the quorum. From the
 * state comes what only this Sentinel knows: its id, its votes, the primary of each group with its epoch, and
 * whom it has seen. Sentinel counts everybody whom it has ever seen for its majority, so those who left the
 * cluster file leave the state here; SENTINEL RESET would forget the primary's replicas as well.
 *
 * A primary that the cluster file does not have stays: Sentinel has promoted it. Of such a group nobody is
 * forgotten, since the file is wrong about it.
 */
export function mergeConfig({ settings, state, members, followed }: MergeInput): Merged {
  const remembered = parseState(state ?? "");
  const names = groupsIn(settings);
  const byGroup = new Map(followed.map((one) => [one.group, one]));
  const kept = names.flatMap((name) => keptGroup(name, remembered.groups.get(name), members));
  const made = names
    .filter((name) => !remembered.groups.has(name))
    .map((group) => ({ group, followed: byGroup.get(group) }));
  const endpoints = new Map(
    [...kept, ...made.flatMap((one) => one.followed ?? [])].map((one) => [one.group, one.primary]),
  );
  const judged = new Map(kept.map((one) => [one.group, judge(one, remembered, members)]));
  // By group as in the settings, so that the same file comes out when its state is merged again.
  const lines = names.flatMap((name) => judged.get(name)?.lines ?? epochLines(byGroup.get(name)));
  return {
    text: withState(settings, endpoints, [...remembered.own, ...lines]),
    kept,
    made,
    forgotten: [...judged.values()].flatMap(({ forgotten }) => forgotten),
    ended: [...remembered.named].filter((name) => !names.includes(name)),
    unreadable: remembered.unreadable,
  };
}

/** From a Sentinel that knows of no epoch every older word about the primary would be news. */
function epochLines(followed: Followed | undefined): readonly string[] {
  return followed === undefined ? [] : [`sentinel config-epoch ${followed.group} ${followed.epoch}`];
}

function has(endpoints: readonly Endpoint[], { address, port }: Endpoint): boolean {
  return endpoints.some((one) => one.address === address && one.port === port);
}

function keptGroup(
  group: string,
  state: GroupState | undefined,
  { nodes }: Members,
): readonly KeptGroup[] {
  if (state === undefined) return [];
  const { primary, epoch } = state;
  return [{ group, primary, epoch, isMember: has(nodes.get(group) ?? [], primary) }];
}

function judge(
  { group, isMember }: KeptGroup,
  { groups }: SentinelState,
  { nodes, otherSentinels }: Members,
): { readonly lines: readonly string[]; readonly forgotten: readonly Forgotten[] } {
  const { epochs = [], known = [] } = groups.get(group) ?? {};
  const isGone = ({ kind, endpoint }: KnownMember): boolean =>
    isMember && !has(kind === "sentinel" ? otherSentinels : (nodes.get(group) ?? []), endpoint);
  const staying = known.filter((member) => !isGone(member));
  const forgotten = known.filter(isGone).map(({ kind, endpoint }) => ({ group, kind, endpoint }));
  return { lines: [...epochs, ...staying.map(({ line }) => line)], forgotten };
}

function withState(
  settings: string,
  primaries: ReadonlyMap<string, Endpoint>,
  state: readonly string[],
): string {
  const lines = settings.split("\n").filter((line) => !STATE_LINE.test(line));
  const own = lines.map((line) => {
    const primary = primaries.get(MONITOR.exec(line)?.[2] ?? "");
    if (primary === undefined) return line;
    return line.replace(
      MONITOR,
      (_, head: string, name: string, a: string, b: string, quorum: string) =>
        `${head}${name}${a}${primary.address}${b}${primary.port}${quorum}`,
    );
  });
  while (own.at(-1) === "") own.pop();
  return [...own, ...state, ""].join("\n");
}
