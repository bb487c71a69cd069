// TOP010: replicas that could not read what their primary saves.
import type { Version } from "../facts.ts";
import { compareVersions, versionNumbers } from "../values.ts";
import { answersOf, upstreamOf } from "../live/answers.ts";
import type { Rule } from "../rule.ts";

/** The versions that brought a new format. */
const FORMATS: Readonly<Record<Version["family"], readonly string[]>> = {
  redis: ["5.0", "7.0", "7.2", "7.4"],
  valkey: ["7.2", "9.0"],
};
/** Of later ones that is not known here, and each is taken for a new one. */
const KNOWN_UNTIL: Readonly<Record<Version["family"], string>> = { redis: "8.0", valkey: "9.0" };

/** Whether a snapshot of the newer one is in a format that the older one does not know. */
function isForeign(older: Version, newer: Version): boolean {
  const isAtLeast = ({ numbers }: Version, wanted: string): boolean =>
    compareVersions(numbers, versionNumbers(wanted) ?? []) >= 0;
  const { family } = newer;
  const formats = FORMATS[family].filter((since) => isAtLeast(newer, since) && !isAtLeast(older, since));
  const branch = newer.numbers.slice(0, 2);
  const isLater = compareVersions(older.numbers.slice(0, 2), branch) < 0;
  const isUnknown = compareVersions(branch, versionNumbers(KNOWN_UNTIL[family]) ?? []) > 0;
  return formats.length > 0 || (isLater && isUnknown);
}

export const top010: Rule = {
  id: "TOP010",
  title: "a replica older than its primary",
  severity: "warning",
  why:
    "A full synchronisation is a snapshot in the primary's format, which an older server refuses (Can't " +
    "handle RDB format version). It lasts until the next full one, which is mostly that of a failover.",
  fix: "Upgrade all replicas first, fail over to one of them, and upgrade the old primary last.",
  evidence: "Redis reads the snapshots of older versions only",
  sees: ["live"],
  *check(facts) {
    const answers = answersOf(facts.redis);
    for (const replica of answers) {
      const primary = answers.find(({ name }) => name === upstreamOf(replica));
      const [own, theirs] = [replica.node.version, primary?.node.version];
      if (replica.isPrimary || primary === undefined || own === undefined || theirs === undefined)
        continue;
      if (own.family !== theirs.family || !isForeign(own, theirs)) continue;
      const message =
        `It is ${own.family} ${own.numbers.join(".")}, and its primary ${primary.name} is ` +
        `${theirs.numbers.join(".")}; expected the same or newer`;
      yield { place: replica.place, message };
    }
  },
};
