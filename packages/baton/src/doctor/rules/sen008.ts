// SEN008: one primary, watched under different addresses.
import { quoted } from "../../cluster/text.ts";
import type { Monitor } from "../facts.ts";
import { sentinelFiles } from "../rule-examples.ts";
import type { Rule } from "../rule.ts";
import { isLiteralAddress } from "../sentinel-hosts.ts";
import { groupName, shownPlace, watchesByGroup } from "../watches.ts";

function isKnown({ address, port }: Monitor): boolean {
  return !address.isUnknown && !port.isUnknown;
}

/** A name and an address may be the same host; two names or two addresses that differ are not. */
function differs(one: Monitor, other: Monitor): boolean {
  if (one.port.text !== other.port.text) return true;
  const areAlike = isLiteralAddress(one.address.text) === isLiteralAddress(other.address.text);
  return areAlike && one.address.text.toLowerCase() !== other.address.text.toLowerCase();
}

/** The one that the fewest differ from; of several the first. Counted, as each with each would be many. */
function usualOf(known: readonly Monitor[]): Monitor | undefined {
  const counts = new Map<string, number>();
  const add = (key: string) => counts.set(key, (counts.get(key) ?? 0) + 1);
  const same = ({ address, port }: Monitor) => `at ${port.text} ${address.text.toLowerCase()}`;
  const ofKind = ({ port }: Monitor, isLiteral: boolean) => `kind ${port.text} ${String(isLiteral)}`;
  for (const one of known) {
    add(same(one));
    add(ofKind(one, isLiteralAddress(one.address.text)));
  }
  const agreeing = (one: Monitor) =>
    (counts.get(same(one)) ?? 0) + (counts.get(ofKind(one, !isLiteralAddress(one.address.text))) ?? 0);
  return known.toSorted((a, b) => agreeing(b) - agreeing(a)).at(0);
}

export const sen008: Rule = {
  id: "SEN008",
  title: "Sentinels watch the same primary under different addresses",
  severity: "error",
  why:
    "A Sentinel asks the others whether they find the primary down by its address and port, not by " +
    "its name. Those that know it under another address answer no, the quorum is never reached, and " +
    "CKQUORUM still says OK.",
  fix:
    "Agree on one address that every Sentinel and client reaches, and let Redis announce it " +
    "(replica-announce-ip) where it is behind NAT.",
  evidence: "measured: three Sentinels with three addresses of one primary: CKQUORUM OK, no +odown",
  sees: ["static"],
  bad: {
    about: "The third Sentinel reaches the primary through another network.",
    files: {
      ...sentinelFiles(),
      "h3/sentinel.conf":
        "port 26379\nsentinel announce-ip 10.0.0.3\nsentinel monitor main 192.168.7.1 6379 2\n",
    },
  },
  good: { about: "All three use one address.", files: sentinelFiles() },
  *check(facts) {
    for (const watches of watchesByGroup(facts).values()) {
      const known = watches.flatMap(({ monitor }) => (monitor && isKnown(monitor) ? [monitor] : []));
      const usual = usualOf(known);
      for (const monitor of known) {
        if (usual === undefined || !differs(monitor, usual)) continue;
        const here = `${quoted(monitor.address.text)} port ${monitor.port.text}`;
        const there = `${quoted(usual.address.text)} port ${usual.port.text} in ${shownPlace(usual.place)}`;
        const message = `${groupName({ name: monitor.name.text })} is watched at ${here}, and at ${there}`;
        yield { place: monitor.address.place, message: `${message}; expected one address` };
      }
    }
  },
};
