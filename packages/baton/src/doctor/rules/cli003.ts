// CLI003: an address from Sentinel that is used without asking the node whether it is the primary.
import { says } from "../clients.ts";
import type { ClientFile } from "../facts-clients.ts";
import type { Rule } from "../rule.ts";

const lookup = [
  "<?php",
  "$sentinel = new RedisSentinel('10.0.0.4', 26379, 0.3, null, 0, 0.3);",
  "[$host, $port] = $sentinel->getMasterAddrByName('main');",
  "$redis = new Redis();",
  "$redis->connect($host, (int) $port, 0.5, null, 0, 0.5);",
];

export const cli003: Rule = {
  id: "CLI003",
  title: "no ROLE check after asking Sentinel",
  severity: "warning",
  why:
    "Sentinel names the old primary until the failover ends, and one that was just " +
    "restarted names the one of its old " +
    "file. A client that takes the address as it is then writes to a replica, or to a " +
    "primary that is about to go.",
  fix:
    "Send ROLE after connecting; unless it says master, drop the connection and ask the " +
    "next Sentinel.",
  evidence:
    "Measured: a wrong address for up to 27 s while the failover of a partitioned primary lasted.",
  sees: ["static"],
  bad: {
    about: "Connects to whatever the Sentinel said.",
    files: { "app/redis.php": lookup.join("\n") },
  },
  good: {
    about: "Asks the node itself.",
    files: {
      "app/redis.php": [...lookup, "if ($redis->role()[0] !== 'master') { retry(); }"].join("\n"),
    },
  },
  *check(facts) {
    for (const file of facts.clients) {
      const [first] = file.lookups;
      if (first === undefined || !connectsTo(file) || asksForRole(file)) continue;
      yield {
        place: first.place,
        message:
          `The address from ${first.name} is connected to, and nothing in this file asks that ` +
          `node for its ROLE.`,
      };
    }
  },
};

/** Whether this file uses the address as well; one that only hands it on may be checked elsewhere. */
function connectsTo({ program, uses }: ClientFile): boolean {
  const isToVariable = uses.some((use) => use.follows === "address" && use.address?.value === undefined);
  if (program.language !== "cpp") return isToVariable;
  // The same helper may connect to Sentinels and to Redis; commands tell.
  const commands = program.calls.filter(({ name }) =>
    /^redis(v?Command|CommandArgv|AppendCommand)$/.test(name),
  );
  const isData = commands.some(({ name, arguments: [, format] }) => {
    return (
      name === "redisCommandArgv" || (format?.kind === "text" && !/^\s*SENTINEL\b/i.test(format.text))
    );
  });
  return isToVariable && isData;
}

function asksForRole(file: ClientFile): boolean {
  return (
    file.program.calls.some(({ name }) =>
      /role|is_?(master|primary)|assert_?(master|primary)/i.test(name),
    ) || says(file, /^\s*role\b|role:(master|slave)|^\s*(info\s+)?replication\s*$/i)
  );
}
