// CLI012: what was just written is read from a replica.
import type { Call, Value } from "../code/program.ts";
import type { ClientFile } from "../facts-clients.ts";
import type { Rule } from "../rule.ts";

const READS = namesOf(
  "get mget getrange strlen exists ttl pttl type hget hgetall hmget hexists hlen hkeys hvals lrange llen",
  "lindex smembers sismember scard zrange zscore zcard zrank zrangebyscore xrange xlen",
);
const WRITES = namesOf(
  "set setex psetex setnx mset getset append incr incrby incrbyfloat decr decrby del delete unlink",
  "expire pexpire hset hmset hsetnx hdel hincrby hincrbyfloat lpush rpush lpushx rpushx lpop rpop",
  "lset lrem ltrim sadd srem zadd zrem zincrby xadd xdel",
);

const python = (reader: string): string =>
  "from redis.sentinel import Sentinel\n\nsentinel = Sentinel(NODES, socket_timeout=0.5)\n" +
  'primary = sentinel.master_for("main")\nreplica = sentinel.slave_for("main")\n\n\n' +
  `def rename(user, name):\n    primary.hset(user, "name", name)\n    return ${reader}.hgetall(user)\n`;

export const cli012: Rule = {
  id: "CLI012",
  title: "what was just written is read from a replica",
  severity: "warning",
  why:
    "Replicas take writes over a moment later, and much later while they resync after a " +
    "failover. The reader gets the old value, " +
    "or none, and often writes that back.",
  fix: "Read from the primary what the same request has written; keep replicas for what may be old.",
  evidence: "Follows from asynchronous replication.",
  sees: ["static"],
  bad: { about: "Read back from a replica.", files: { "app/users.py": python("replica") } },
  good: { about: "Read back from the primary.", files: { "app/users.py": python("primary") } },
  *check(facts) {
    for (const file of facts.clients) {
      const written = commandsOf(file, "primary").filter(({ name }) => WRITES.has(name.toLowerCase()));
      const read = commandsOf(file, "replica").filter(({ name }) => READS.has(name.toLowerCase()));
      for (const reading of read) {
        const writing = written.find((one) => isBefore(one, reading) && haveSameKey(one, reading));
        if (writing === undefined) continue;
        const where = `${writing.name} on line ${String(writing.place.line)}`;
        yield {
          place: reading.place,
          message: `${reading.name} asks a replica for the key that ${where} has written.`,
        };
      }
    }
  },
};

function commandsOf({ uses }: ClientFile, role: "primary" | "replica"): readonly Call[] {
  return uses.filter((use) => use.role === role).flatMap(({ commands }) => commands);
}

/** In one function, so that nothing but these lines stands between. */
function isBefore(one: Call, other: Call): boolean {
  const { line, column } = other.place;
  const isAbove = one.place.line < line || (one.place.line === line && one.place.column < column);
  return one.functionId === other.functionId && isAbove;
}

function haveSameKey(one: Call, other: Call): boolean {
  const [a, b] = [keyOf(one.arguments[0]), keyOf(other.arguments[0])];
  return a !== undefined && a === b;
}

function keyOf(value: Value | undefined): string | undefined {
  if (value?.kind === "text") return `text ${value.text}`;
  return value?.kind === "name" ? `name ${value.path}` : undefined;
}

function namesOf(...lines: readonly string[]): ReadonlySet<string> {
  return new Set(lines.flatMap((line) => line.split(" ")));
}
