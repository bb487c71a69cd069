// SEN042: Valkey 9's Sentinel sends more, and its ACL user may not.
import { listed, quoted } from "../../cluster/text.ts";
import { mayRun } from "../acl-rights.ts";
import type { Version } from "../facts.ts";
import { redisFiles, sentinelFiles } from "../rule-examples.ts";
import type { Rule } from "../rule.ts";
import { rightOf, type SentinelUser, sentinelUsers } from "../sentinel-user.ts";
import { isVersionAtLeast } from "../settings.ts";

const NEEDED: readonly (readonly [command: string, subcommand?: string])[] = [
  ["failover"],
  ["client", "pause"],
  ["client", "unpause"],
];

/** This one release sends FAILOVER ABORT in every reconfiguration. */
function isFirstNine({ family, numbers }: Version): boolean {
  return family === "valkey" && numbers.join(".") === "9.0.0";
}

/** Sentinel's version says what is sent; that of its node only where no Sentinel's is known. */
function nineOf({ node, group }: SentinelUser): Version | undefined {
  const known = group.sentinels.filter(({ version }) => version !== undefined);
  const nines = (known.length > 0 ? known : [node])
    .filter((one) => one.version?.family === "valkey" && isVersionAtLeast(one, "9.0", "valkey"))
    .flatMap(({ version }) => version ?? []);
  return nines.find(isFirstNine) ?? nines.at(0);
}

const user = (rights: string) =>
  "user watcher on >tulip resetchannels &__sentinel__:hello -@all +multi +exec +slaveof +config|rewrite " +
  `+client|kill +client|setname +ping +info +publish +subscribe +script|kill ${rights}`.trimEnd();
const login = ["sentinel auth-user main watcher", "sentinel auth-pass main tulip"];
const image = (tag: string) => ({
  "compose.yml": `services:
  redis:
    image: valkey/valkey:${tag}
    command: valkey-server /etc/valkey/redis.conf
    volumes:
      - ./redis.conf:/etc/valkey/redis.conf
`,
});

const files = (rights: string, tag: string) => ({
  ...image(tag),
  "redis.conf": redisFiles({ count: 1, lines: [user(rights)] })["h1/redis.conf"] ?? "",
  "sentinel.conf": sentinelFiles({ count: 1, lines: login })["h1/sentinel.conf"] ?? "",
});

export const sen042: Rule = {
  id: "SEN042",
  title: "Sentinel's ACL user lacks the rights that Valkey 9 asks for",
  severity: "error",
  why:
    "From Valkey 9 on SENTINEL FAILOVER ... COORDINATED pauses the old primary's writes and hands " +
    "over by FAILOVER; without the rights it is refused. Valkey 9.0.0 sends FAILOVER ABORT with " +
    "every reconfiguration, so that there every failover fails.",
  fix: "Give the user +failover +client|pause +client|unpause, before the first node becomes Valkey 9.",
  evidence: "valkey#2779, valkey#2780",
  since: "Valkey 9.0",
  sees: ["static", "live"],
  bad: { about: "The rights that were enough for Valkey 8.", files: files("", "9.0.0") },
  good: { about: "The same for Valkey 8.", files: files("", "8.0.2") },
  *check(facts) {
    for (const one of sentinelUsers(facts)) {
      const { user: found, node } = one;
      const nine = nineOf(one);
      const missing = NEEDED.filter((right) => mayRun(found, ...right) === false).map(rightOf);
      if (nine === undefined || missing.length === 0) continue;
      const who = `The user ${quoted(found.name)} of ${node.name}, which Sentinel uses, lacks`;
      const version = `Valkey ${nine.numbers.join(".")} (${nine.source})`;
      const message = `${who} ${listed(missing)} for ${version}; expected them`;
      yield { place: found.place, message, severity: isFirstNine(nine) ? "error" : "warning" };
    }
  },
};
