// SEN036: Sentinels that do not let each other in.
import type { Facts, SentinelInstance } from "../facts.ts";
import type { Draft } from "../finding.ts";
import { sentinelFiles } from "../rule-examples.ts";
import type { Rule } from "../rule.ts";
import { asksForPassword, letsIn, peerLogin } from "../sentinel-login.ts";

/** Those it has to talk to. A file that is alone stands for all: they are made alike. */
function peersOf(facts: Facts, sentinel: SentinelInstance): readonly SentinelInstance[] {
  const groups = facts.groups.filter(({ sentinels }) => sentinels.includes(sentinel));
  const peers = new Set(groups.flatMap(({ sentinels }) => sentinels));
  peers.delete(sentinel);
  return peers.size === 0 ? [sentinel] : [...peers];
}

function judge(sentinel: SentinelInstance, peers: readonly SentinelInstance[]): Draft | undefined {
  const shown = peerLogin(sentinel);
  if (shown.kind === "unknown") return undefined;
  if (shown.kind === "none") {
    const closed = peers.find((peer) => asksForPassword(peer) === true);
    if (closed === undefined) return undefined;
    const what =
      closed === sentinel ? "Its like ask for a password" : `${closed.name} asks for a password`;
    const message = `${what}, and this Sentinel has no sentinel sentinel-pass; expected one`;
    return { place: shown.place, message };
  }
  const refusing = peers.find((peer) => letsIn(peer, shown.login) === false);
  if (refusing === undefined) return undefined;
  const who = refusing === sentinel ? "a Sentinel with this file" : refusing.name;
  const found = `What this Sentinel shows to its peers is refused by ${who}`;
  const message = `${found}; expected a login that is known there`;
  return { place: shown.login.place, message };
}

export const sen036: Rule = {
  id: "SEN036",
  title: "Sentinels that refuse each other's password",
  severity: "error",
  why:
    "A Sentinel whose peers answer NOAUTH or WRONGPASS takes them for down: no quorum, no election. " +
    "It shows sentinel-pass (for sentinel-user), and without that its own requirepass.",
  fix:
    "Set sentinel sentinel-pass on every Sentinel, and sentinel-user for an ACL user; then restart " +
    "them one by one.",
  evidence: "redis#9772; sentinel.c",
  sees: ["static"],
  bad: {
    about: "The third one was given another password.",
    files: sentinelFiles({
      linesOf: { 1: ["requirepass tulip"], 2: ["requirepass tulip"], 3: ["requirepass crocus"] },
    }),
  },
  good: {
    about: "Different passwords for clients, and one user for each other.",
    files: sentinelFiles({
      lines: [
        "user peer on >daisy resetchannels &__sentinel__:hello -@all +ping +publish +sentinel",
        "sentinel sentinel-user peer",
        "sentinel sentinel-pass daisy",
      ],
      linesOf: { 1: ["requirepass tulip"], 2: ["requirepass tulip"], 3: ["requirepass crocus"] },
    }),
  },
  *check(facts) {
    for (const sentinel of facts.sentinels) {
      const draft = judge(sentinel, peersOf(facts, sentinel));
      if (draft !== undefined) yield draft;
    }
  },
};
