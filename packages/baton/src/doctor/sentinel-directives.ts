// The lines that sentinel.conf may hold behind the word `sentinel`, by version, and how many words they take.
import { editDistance, nearest } from "../cluster/text.ts";
import type { Version } from "./facts.ts";
import { compareVersions, versionNumbers } from "./values.ts";

export interface SentinelDirective {
  /** Words behind the name; the group's name is one of them. */
  readonly words: number;
  /** Where there may be more. */
  readonly wordsMax?: number;
  readonly isOfGroup: boolean;
  /** Redis' version that brought it; absent: all that Baton knows. */
  readonly redis?: string;
  /** Valkey's, where that differs from Redis' 7.2. */
  readonly valkey?: string;
  readonly isValkeyOnly?: true;
}

const ofGroup = (words: number) => ({ words, isOfGroup: true });
const ofSentinel = { words: 1, isOfGroup: false };

const DIRECTIVES: Readonly<Record<string, SentinelDirective>> = {
  "announce-hostnames": { ...ofSentinel, redis: "6.2" },
  "announce-ip": ofSentinel,
  "announce-port": ofSentinel,
  "auth-pass": ofGroup(2),
  "auth-user": { ...ofGroup(2), redis: "6.0" },
  "client-reconfig-script": ofGroup(2),
  "config-epoch": ofGroup(2),
  "current-epoch": ofSentinel,
  "deny-scripts-reconfig": ofSentinel,
  "down-after-milliseconds": ofGroup(2),
  "failover-timeout": ofGroup(2),
  "known-replica": ofGroup(3),
  "known-sentinel": { ...ofGroup(3), wordsMax: 4 },
  "known-slave": ofGroup(3),
  "leader-epoch": ofGroup(2),
  "master-reboot-down-after-period": { ...ofGroup(2), redis: "7.0" },
  monitor: { words: 4, isOfGroup: false },
  myid: ofSentinel,
  "notification-script": ofGroup(2),
  "parallel-syncs": ofGroup(2),
  "primary-reboot-down-after-period": { ...ofGroup(2), isValkeyOnly: true, valkey: "8.0" },
  "rename-command": ofGroup(3),
  "resolve-hostnames": { ...ofSentinel, redis: "6.2" },
  "sentinel-pass": { ...ofSentinel, redis: "6.2" },
  "sentinel-user": { ...ofSentinel, redis: "6.2" },
};

/** Whether so many words may stand behind a directive's name; undefined for one that is not known. */
export function takesWords(name: string, count: number): boolean | undefined {
  const known = sentinelDirective(name);
  return known && count >= known.words && count <= (known.wordsMax ?? known.words);
}

/** What people write instead, and what they mean: too far away to be found by their letters. */
const MEANT: ReadonlyMap<string, string> = new Map([
  ["client-reconfiguration-script", "client-reconfig-script"],
  ["down-after", "down-after-milliseconds"],
  ["password", "auth-pass"],
  ["requirepass", "auth-pass"],
]);

export function sentinelDirective(name: string): SentinelDirective | undefined {
  return Object.hasOwn(DIRECTIVES, name) ? DIRECTIVES[name] : undefined;
}

/** The directive that somebody most likely meant. */
export function meantDirective(name: string): string | undefined {
  return MEANT.get(name) ?? nearest(name, Object.keys(DIRECTIVES));
}

/** Whether nothing else can be meant: it is known by that word, or a letter went wrong. */
export function isPlainSlip(name: string, meant: string): boolean {
  return MEANT.get(name) === meant || editDistance(name, meant) <= 1;
}

/** Since when a version that is known and older knows it, for people; undefined when it knows it. */
export function missingUntil(
  directive: SentinelDirective,
  version: Version | undefined,
): string | undefined {
  if (version === undefined) return undefined;
  const { redis, valkey, isValkeyOnly } = directive;
  if (version.family === "valkey") {
    return valkey !== undefined && isOlder(version, valkey) ? `Valkey ${valkey}` : undefined;
  }
  if (isValkeyOnly === true) return `Valkey ${valkey ?? ""}`.trim();
  return redis !== undefined && isOlder(version, redis) ? `Redis ${redis}` : undefined;
}

function isOlder({ numbers }: Version, wanted: string): boolean {
  return compareVersions(numbers, versionNumbers(wanted) ?? []) < 0;
}
