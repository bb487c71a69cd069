// SEN035: whoever reaches this Sentinel may command it.
import type { SentinelInstance } from "../facts.ts";
import type { Draft } from "../finding.ts";
import type { Rule } from "../rule.ts";
import { announcedAddress, isPublicAddress } from "../sentinel-hosts.ts";
import { asksForPassword } from "../sentinel-login.ts";
import { integerOf, isAnyInterface, isVersionAtLeast, isYes, sentinelSetting } from "../settings.ts";
import { placeOf } from "../watches.ts";

/** The addresses at which it listens, and where that is said; undefined when a placeholder decides. */
function listening(sentinel: SentinelInstance) {
  const { config } = sentinel;
  if (config === undefined || config.gaps.length > 0) return undefined;
  const bind = config.directives.findLast(({ name }) => name === "bind");
  if (bind === undefined) return { addresses: ["*"], place: placeOf(sentinel) };
  if (bind.isConditional === true || bind.words.some(({ isUnknown }) => isUnknown)) return undefined;
  return { addresses: bind.words.map(({ text }) => text.replace(/^-/, "")), place: bind.place };
}

/** Clients without a certificate are turned away before they can say anything; "optional" asks for none. */
function asksForCertificate(sentinel: SentinelInstance): boolean {
  const asks = sentinelSetting(sentinel, "tls-auth-clients");
  const isAsked = asks === undefined || asks.isUnknown || isYes(asks) === true;
  return integerOf(sentinelSetting(sentinel, "port")) === 0 && isAsked;
}

/** Before 7.0 a bind line switched protected-mode off. */
function isProtected(sentinel: SentinelInstance): boolean {
  const isBound = sentinelSetting(sentinel, "bind")?.origin === "file";
  const isIgnored = isBound && isVersionAtLeast(sentinel, "7.0") === false;
  return isYes(sentinelSetting(sentinel, "protected-mode")) === true && !isIgnored;
}

function judge(sentinel: SentinelInstance): Draft | undefined {
  const where = listening(sentinel);
  if (where === undefined || asksForPassword(sentinel) !== false) return undefined;
  if (asksForCertificate(sentinel) || isProtected(sentinel)) return undefined;
  const { addresses, place } = where;
  const reached = [...addresses, announcedAddress(sentinel) ?? "", ...(sentinel.host?.addresses ?? [])];
  const isEverywhere = addresses.some(isAnyInterface);
  const open = (isEverywhere ? reached : addresses).find(isPublicAddress);
  if (open !== undefined) {
    const message = `Sentinel listens at ${open}, a public address, and asks for no password`;
    return { place, message: `${message}; expected a private address or a password` };
  }
  if (!isEverywhere) return undefined;
  const message = "Sentinel listens at every address of its host and asks for no password";
  return {
    place,
    message: `${message}; expected the private address, or a password`,
    severity: "warning",
  };
}

export const sen035: Rule = {
  id: "SEN035",
  title: "Sentinel open to everybody",
  severity: "error",
  why:
    "Sentinel switches protected-mode off by itself. Without a password everybody who reaches its " +
    "port may send SENTINEL FAILOVER, SET, MONITOR and RESET: make another machine the primary, or " +
    "take the cluster apart.",
  fix:
    "Bind the private address, close the port in the firewall, and give Sentinel ACL users (or " +
    "requirepass), with sentinel-user and sentinel-pass for its peers.",
  evidence:
    "sentinel.c sets protected-mode to no, and Sentinel writes that into its file (seen with 7.0.15)",
  sees: ["static"],
  bad: {
    about: "A public address, and no password.",
    files: { "sentinel.conf": "port 26379\nbind 203.0.113.8\nsentinel monitor main 10.0.0.1 6379 2\n" },
  },
  good: {
    about: "The same with a password.",
    files: {
      "sentinel.conf":
        "port 26379\nbind 203.0.113.8\nrequirepass tulip\nsentinel monitor main 10.0.0.1 6379 2\n",
    },
  },
  *check(facts) {
    for (const sentinel of facts.sentinels) {
      const draft = judge(sentinel);
      if (draft !== undefined) yield draft;
    }
  },
};
