// What a Sentinel has written into its own file to remember: who it is, whom it follows, whom it knows. Pure.
import { isIP } from "node:net";
import type { Endpoint } from "../cluster/types.ts";

/** Another Sentinel or a replica, with the line that says so. */
export interface KnownMember {
  readonly kind: "replica" | "sentinel";
  readonly endpoint: Endpoint;
  readonly line: string;
}

export interface GroupState {
  readonly primary: Endpoint;
  readonly epoch: number;
  /** `config-epoch` and `leader-epoch`: for whom it has voted, and which primary is the newest. */
  readonly epochs: readonly string[];
  readonly known: readonly KnownMember[];
}

export interface SentinelState {
  /** Of the Sentinel itself: `myid` and `current-epoch`. */
  readonly own: readonly string[];
  /** By name. Only those of which primary and epoch could be read: one without the other misleads. */
  readonly groups: ReadonlyMap<string, GroupState>;
  /** Groups that a line names, whatever can be read of them. */
  readonly named: ReadonlySet<string>;
  /** Numbers of lines, from 1, that should hold state and cannot be read. */
  readonly unreadable: readonly number[];
}

interface Draft {
  primary?: Endpoint;
  epoch?: number;
  readonly epochs: string[];
  readonly known: KnownMember[];
}

const OF_SENTINEL = /^sentinel (?:myid [0-9a-f]{40}|current-epoch \d{1,15})$/;
/** The lines of a group that Sentinel writes by itself, by their second word. */
const OF_GROUP = {
  monitor: /^sentinel monitor (\S+) (\S+) (\d{1,5}) \d{1,4}$/,
  "config-epoch": /^sentinel config-epoch (\S+) (\d{1,15})$/,
  "leader-epoch": /^sentinel leader-epoch (\S+) (\d{1,15})$/,
  // The older name is what Redis 4 wrote, and is still read.
  "known-replica": /^sentinel known-(?:replica|slave) (\S+) (\S+) (\d{1,5})$/,
  "known-sentinel": /^sentinel known-sentinel (\S+) (\S+) (\d{1,5}) [0-9a-f]{40}$/,
} as const;

const PORT_MAX = 65_535;
/** What no line of a configuration holds: bytes that are no text. */
const NO_TEXT = /[\p{Cc}\ufffd]/u;

/**
 * Reads what is there, line by line. Sentinel ends with an error at a line that it cannot read, so whatever
 * it would not read is none of its state: a shortened id, the name of a host, a member twice. Of a file that
 * ends within a line that line may be shortened to another number, and counts as unreadable.
 */
export function parseState(text: string): SentinelState {
  const own = new Map<string, string>();
  const drafts = new Map<string, Draft>();
  const unreadable: number[] = [];
  const seen = new Set<string>();
  const lines = text.split("\n");
  const last = lines.pop() ?? "";
  for (const [index, written] of lines.entries()) {
    const line = written.trim();
    const word = /^sentinel (\S+)/.exec(line)?.[1] ?? "";
    if (NO_TEXT.test(line)) unreadable.push(index + 1);
    else if (word === "myid" || word === "current-epoch") {
      if (OF_SENTINEL.test(line) && !own.has(word)) own.set(word, line);
      else unreadable.push(index + 1);
    } else if (Object.hasOwn(OF_GROUP, word) || word === "known-slave") {
      if (seen.has(line) || !readInto(drafts, line)) unreadable.push(index + 1);
      seen.add(line);
    }
  }
  if (last.trim() !== "") unreadable.push(lines.length + 1);
  return {
    own: [...own.values()],
    groups: new Map([...drafts].flatMap(([name, draft]) => whole(name, draft))),
    named: new Set(drafts.keys()),
    unreadable,
  };
}

function whole(name: string, { primary, epoch, epochs, known }: Draft): readonly [string, GroupState][] {
  return primary === undefined || epoch === undefined ? [] : [[name, { primary, epoch, epochs, known }]];
}

/** Whether the line could be read, and is the first to say so. */
function readInto(drafts: Map<string, Draft>, line: string): boolean {
  for (const [kind, pattern] of Object.entries(OF_GROUP)) {
    const [, group, first = "", port] = pattern.exec(line) ?? [];
    if (group === undefined) continue;
    const draft: Draft = drafts.get(group) ?? { epochs: [], known: [] };
    drafts.set(group, draft);
    return port === undefined
      ? addEpoch(draft, kind, line, Number(first))
      : addMember(draft, kind, line, { address: first, port: Number(port) });
  }
  return false;
}

function addEpoch(draft: Draft, kind: string, line: string, epoch: number): boolean {
  const isAgain = draft.epochs.some((other) => other.startsWith(`sentinel ${kind} `));
  if (isAgain) return false;
  draft.epochs.push(line);
  if (kind === "config-epoch") draft.epoch = epoch;
  return true;
}

function addMember(draft: Draft, kind: string, line: string, endpoint: Endpoint): boolean {
  if (isIP(endpoint.address) === 0 || endpoint.port < 1 || endpoint.port > PORT_MAX) return false;
  if (kind === "monitor") {
    if (draft.primary !== undefined) return false;
    draft.primary = endpoint;
    return true;
  }
  const member = { kind: kind === "known-sentinel" ? "sentinel" : "replica", endpoint, line } as const;
  const isAgain = draft.known.some((other) => isOne(member, other));
  if (!isAgain) draft.known.push(member);
  return !isAgain;
}

/** Sentinel refuses a second Sentinel of one id, and a second member at one address. */
function isOne(one: KnownMember, other: KnownMember): boolean {
  if (one.kind !== other.kind) return false;
  const isThere =
    one.endpoint.address === other.endpoint.address && one.endpoint.port === other.endpoint.port;
  const idOf = ({ line }: KnownMember): string => line.slice(line.lastIndexOf(" "));
  return isThere || (one.kind === "sentinel" && idOf(one) === idOf(other));
}
