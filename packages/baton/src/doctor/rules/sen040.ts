// SEN040: Sentinel's ACL user may not do what a failover takes.
import { listed, quoted } from "../../cluster/text.ts";
import { mayRun, usersOf } from "../acl-rights.ts";
import { redisFiles, sentinelFiles } from "../rule-examples.ts";
import { placeAt } from "../live/answers.ts";
import type { Facts, RedisInstance } from "../facts.ts";
import type { Draft } from "../finding.ts";
import type { Rule } from "../rule.ts";
import { rightOf, sentinelUsers } from "../sentinel-user.ts";

type Right = readonly [command: string, subcommand?: string];

const NEEDED: readonly Right[] = [
  ["multi"],
  ["exec"],
  ["slaveof"],
  ["config", "rewrite"],
  ["client", "kill"],
  ["ping"],
  ["info"],
  ["publish"],
  ["subscribe"],
];

/** Without them a failover works, but a name in CLIENT LIST and the end of a busy script are missing. */
const USEFUL: readonly Right[] = [
  ["client", "setname"],
  ["script", "kill"],
];

const user = (rights: string) =>
  `user watcher on >tulip resetchannels &__sentinel__:hello -@all ${rights} +script|kill +client|setname`;
const login = ["sentinel auth-user main watcher", "sentinel auth-pass main tulip"];

export const sen040: Rule = {
  id: "SEN040",
  title: "Sentinel's ACL user lacks a right that a failover takes",
  severity: "error",
  why:
    "Sentinel promotes by MULTI, SLAVEOF (never REPLICAOF), CONFIG REWRITE, CLIENT KILL and EXEC. " +
    "One refused command makes EXEC discard all, Sentinel does not look at the replies, and every " +
    "failover ends in -failover-abort-slave-timeout, while CKQUORUM says OK.",
  fix:
    "Give the user +multi +exec +slaveof +config|rewrite +client|kill +client|setname +ping +info " +
    "+publish +subscribe +script|kill, and the channel &__sentinel__:hello.",
  evidence:
    "measured: with these rights a whole failover leaves ACL LOG empty; without config|rewrite, or " +
    "with replicaof instead of slaveof, nothing is promoted",
  since: "6.0",
  sees: ["static", "live"],
  bad: {
    about: "The newer name of SLAVEOF was allowed.",
    files: {
      ...redisFiles({
        lines: [
          user("+multi +exec +replicaof +config|rewrite +client|kill +ping +info +publish +subscribe"),
        ],
      }),
      ...sentinelFiles({ lines: login }),
    },
  },
  good: {
    about: "The name that Sentinel uses.",
    files: {
      ...redisFiles({
        lines: [
          user("+multi +exec +slaveof +config|rewrite +client|kill +ping +info +publish +subscribe"),
        ],
      }),
      ...sentinelFiles({ lines: login }),
    },
  },
  *check(facts) {
    yield* triedForReal(facts);
    for (const { user: found, node } of sentinelUsers(facts)) {
      if (node.live?.sentinelRights !== undefined) continue;
      const lacks = (right: Right) => mayRun(found, ...right) === false;
      const [needed, useful] = [NEEDED.filter(lacks), USEFUL.filter(lacks)];
      const missing = [...needed, ...useful].map(rightOf);
      if (missing.length === 0) continue;
      const who = `The user ${quoted(found.name)} of ${node.name}, which Sentinel uses, lacks`;
      const severity = needed.length > 0 ? "error" : "warning";
      const message = `${who} ${listed(missing)}; expected every right that Sentinel uses`;
      yield { place: found.place, message, severity };
    }
  },
};

/** ACL DRYRUN also refuses a channel, which is another finding. */
function isOfChannel(node: RedisInstance, name: string, command: string): boolean {
  if (command !== "publish" && command !== "subscribe") return false;
  const user = usersOf(node)?.findLast((one) => one.name === name);
  return user !== undefined && mayRun(user, command) === true;
}

/** What ACL DRYRUN of a running node refused; that counts before what anybody reads out of a line. */
function* triedForReal({ redis }: Facts): Iterable<Draft> {
  const isUseful = (name: string) => USEFUL.some((right) => rightOf(right) === `+${name}`);
  for (const node of redis) {
    const { live } = node;
    for (const { user, refused: all } of live?.sentinelRights ?? []) {
      const refused = all.filter((name) => !isOfChannel(node, user, name));
      if (live === undefined || refused.length === 0) continue;
      const rights = listed(refused.map((name) => `+${name}`));
      const who = `The user ${quoted(user)}, as which Sentinel is logged in here,`;
      const message = `${who} lacks ${rights}, as ACL DRYRUN says; expected every right that Sentinel uses`;
      const severity = refused.every(isUseful) ? "warning" : "error";
      yield { place: placeAt(live), message, severity };
    }
  }
}
