// SEN036: Sentinels that do not let each other in.
import type { Facts, SentinelInstance } from "../facts.ts";
import type { Draft } from "../finding.ts";
import { firstOther } from "../first-other.ts";
import { type Login, refusals } from "../passwords.ts";
import { sentinelFiles } from "../rule-examples.ts";
import type { Rule } from "../rule.ts";
import { asksForPassword, letsIn, peerLogin } from "../sentinel-login.ts";

/** Sentinels that have to talk to each other, and who of them turns another one away. */
interface Circle {
  readonly isOne: boolean;
  readonly closed: (asking?: SentinelInstance) => SentinelInstance | undefined;
  readonly refusing: (login: Login, asking?: SentinelInstance) => SentinelInstance | undefined;
}

function circleOf(members: ReadonlySet<SentinelInstance>): Circle {
  return {
    isOne: members.size === 1,
    closed: firstOther(members, (peer) => asksForPassword(peer) === true),
    refusing: refusals(members, letsIn),
  };
}

/** Each Sentinel with its circle; those that are in the same groups share one. */
function* circles({ groups, sentinels }: Facts): Iterable<readonly [SentinelInstance, Circle]> {
  const joined = new Map<SentinelInstance, number[]>(sentinels.map((sentinel) => [sentinel, []]));
  for (const [number, group] of groups.entries())
    for (const sentinel of group.sentinels) joined.get(sentinel)?.push(number);
  const known = new Map<string, Circle>();
  for (const [sentinel, numbers] of joined) {
    const shared = numbers.length === 0 ? `alone ${sentinel.name}` : numbers.join(" ");
    const peers = () => numbers.flatMap((number) => groups[number]?.sentinels ?? []);
    const circle = known.get(shared) ?? circleOf(new Set([...peers(), sentinel]));
    known.set(shared, circle);
    yield [sentinel, circle];
  }
}

function judge(sentinel: SentinelInstance, { isOne, closed, refusing }: Circle): Draft | undefined {
  const shown = peerLogin(sentinel);
  if (shown.kind === "unknown") return undefined;
  // A file that is alone stands for all: they are made alike.
  const asking = isOne ? undefined : sentinel;
  if (shown.kind === "none") {
    const peer = closed(asking);
    if (peer === undefined) return undefined;
    const what =
      peer === sentinel
        ? "Sentinels with this file ask for a password"
        : `${peer.name} asks for a password`;
    const message = `${what}, and this file has no sentinel sentinel-pass; expected one`;
    return { place: shown.place, message };
  }
  const peer = refusing(shown.login, asking);
  if (peer === undefined) return undefined;
  const who = peer === sentinel ? "a Sentinel with this file" : peer.name;
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
    for (const [sentinel, circle] of circles(facts)) {
      const draft = judge(sentinel, circle);
      if (draft !== undefined) yield draft;
    }
  },
};
