// Each ACL user may do its own work and nothing more, asked right by right of a real node and a real
// Sentinel.
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Door } from "../../packages/baton/src/redis/door.ts";
import { handmadeLayout } from "../../packages/baton/src/render/layout.fixture.ts";
import { seen, waitFor } from "../../packages/baton/src/sys/wait.ts";
import { type Processes, startRendered } from "./render-processes.ts";

const ADDRESS = "127.91.0.4";

let processes: Processes;

beforeAll(async () => {
  const layout = handmadeLayout([ADDRESS, "127.91.0.5", "127.91.0.6"]);
  const [group, ...others] = layout.groups;
  expect(others).toEqual([]);
  if (group === undefined) return;
  const groups = [{ ...group, nodes: group.nodes.slice(0, 1) }];
  processes = await startRendered({ ...layout, groups, sentinels: layout.sentinels.slice(0, 1) });
  const doors = [processes.redis(ADDRESS, "examiner"), processes.sentinel(ADDRESS, "examiner")];
  for (const door of doors) {
    await waitFor("an answer to PING", async () => seen(await door.call(["PING"])), {
      withinMs: 10_000,
    });
  }
});

afterAll(() => processes.end());

/**
 * Asks the server which of the commands the user may send, by the very check that a sent command goes
 * through.
 */
async function verdicts(
  examiner: Door,
  user: string,
  commands: readonly string[],
): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  for (const command of commands) {
    const reply = await examiner.call(["ACL", "DRYRUN", user, ...command.split(" ")]);
    found[command] = reply === "OK" ? "allowed" : "refused";
  }
  return found;
}

const every = (commands: readonly string[], answer: string): Record<string, string> =>
  Object.fromEntries(commands.map((command) => [command, answer]));

/** Commands written one after the other, with | between them. */
const listed = (commands: string): readonly string[] =>
  commands.split("|").map((command) => command.trim());

interface Rights {
  readonly user: string;
  readonly allowed: readonly string[];
  readonly refused: readonly string[];
}

async function expectRights(examiner: Door, { user, allowed, refused }: Rights): Promise<void> {
  expect(await verdicts(examiner, user, allowed)).toEqual(every(allowed, "allowed"));
  expect(await verdicts(examiner, user, refused)).toEqual(every(refused, "refused"));
}

describe("the application", () => {
  test("has what client libraries use, and nothing that configures, stalls or demotes a node", () =>
    expectRights(processes.redis(ADDRESS, "examiner"), {
      user: "default",
      allowed: listed(`
        LPUSH baton:main:drills x | LTRIM baton:main:drills 0 19 | EXPIRE baton:main:drills 1 |
        SET key value | HSET hash field value | EVAL script 1 key | MULTI | SCAN 0 | WAIT 1 100 |
        SORT list | SORT_RO list | PUBLISH news text | SUBSCRIBE news | PSUBSCRIBE news* |
        SELECT 1 | CLIENT SETNAME app | CLIENT ID | COMMAND COUNT | ACL WHOAMI | DBSIZE | INFO |
        ROLE | PING`),
      refused: listed(`
        CONFIG GET masterauth | CONFIG SET maxmemory 1 | KEYS * | FLUSHALL | FLUSHDB |
        DEBUG SLEEP 0 | MONITOR | REPLICAOF NO ONE | SLAVEOF NO ONE | FAILOVER | SHUTDOWN |
        PSYNC ? -1 | BGSAVE | CLIENT KILL TYPE normal | CLIENT PAUSE 1 | CLIENT LIST | ACL LIST |
        MODULE LIST | SAVE`),
    }));

  test("asks a Sentinel everything that discovery needs, and changes nothing in it", () =>
    expectRights(processes.sentinel(ADDRESS, "examiner"), {
      user: "default",
      allowed: listed(`
        SENTINEL GET-MASTER-ADDR-BY-NAME orders | SENTINEL MASTER orders | SENTINEL MASTERS |
        SENTINEL REPLICAS orders | SENTINEL SLAVES orders | SENTINEL SENTINELS orders |
        SENTINEL CKQUORUM orders | PING | INFO | ROLE | CLIENT SETNAME app |
        SUBSCRIBE +switch-master | PSUBSCRIBE *`),
      refused: listed(`
        SENTINEL FAILOVER orders | SENTINEL SET orders quorum 1 | SENTINEL RESET orders |
        SENTINEL REMOVE orders | SENTINEL MONITOR other 127.0.0.1 6379 1 |
        SENTINEL DEBUG info-period 1 | SENTINEL CONFIG GET sentinel-pass |
        PUBLISH __sentinel__:hello forged | SHUTDOWN | ACL LIST`),
    }));
});

describe("the agent", () => {
  test("may read, attach, fence and pause a node, and may touch no key but Baton's own", () =>
    expectRights(processes.redis(ADDRESS, "examiner"), {
      user: "agent",
      allowed: listed(`
        PING | ROLE | INFO replication | ACL WHOAMI | SUBSCRIBE __sentinel__:hello __baton__:wake |
        SET baton:main:pause x PX 1 | GET baton:main:handover | DEL baton:main:pause |
        LRANGE baton:main:drills 0 19 |
        PUBLISH __baton__:wake main |
        CLIENT SETNAME baton | MULTI | EXEC | DISCARD | REPLICAOF NO ONE | SLAVEOF NO ONE |
        CONFIG REWRITE | CONFIG GET replica-priority | CONFIG SET replica-priority 0 |
        CLIENT KILL TYPE normal | CLIENT PAUSE 1 WRITE | CLIENT UNPAUSE | CLIENT LIST |
        ACL DRYRUN sentinel PING`),
      refused: listed(`
        GET key | SET key value | LPUSH baton:main:drills x | LRANGE key 0 1 | EVAL script 0 |
        KEYS * | FLUSHALL | SHUTDOWN | DEBUG SLEEP 0 |
        ACL SETUSER agent +@all | ACL LIST | ACL GETUSER agent | SLOWLOG GET | MODULE LIST |
        CONFIG RESETSTAT | SUBSCRIBE news |
        PUBLISH __sentinel__:hello forged | PSUBSCRIBE * | FAILOVER | PSYNC ? -1`),
    }));

  test("may tune a Sentinel and start failovers, and may neither remove a group nor end it", () =>
    expectRights(processes.sentinel(ADDRESS, "examiner"), {
      user: "agent",
      allowed: listed(`
        SENTINEL MASTERS | SENTINEL MASTER orders | SENTINEL REPLICAS orders |
        SENTINEL SENTINELS orders | SENTINEL GET-MASTER-ADDR-BY-NAME orders |
        SENTINEL CKQUORUM orders | SENTINEL MYID | SENTINEL DEBUG info-period 1000 |
        SENTINEL SET orders quorum 2 | SENTINEL CONFIG GET announce-ip |
        SENTINEL FAILOVER orders | SENTINEL RESET orders | INFO | PING | CLIENT SETNAME baton |
        SUBSCRIBE +switch-master | PSUBSCRIBE * | ACL WHOAMI`),
      refused: listed(`
        SENTINEL REMOVE orders | SENTINEL MONITOR other 127.0.0.1 6379 1 |
        ACL SETUSER agent +@all | SENTINEL SIMULATE-FAILURE crash-after-election |
        PUBLISH __sentinel__:hello forged | SHUTDOWN |
        SENTINEL IS-MASTER-DOWN-BY-ADDR 127.0.0.1 6379 0 *`),
    }));
});

describe("the users between processes", () => {
  test("may not do what applications or Baton do", async () => {
    const refused = [
      "GET key",
      "SET key value",
      "CONFIG GET masterauth",
      "REPLICAOF NO ONE",
      "KEYS *",
      "SHUTDOWN",
    ];
    for (const user of ["replication", "sentinel"]) {
      await expectRights(processes.redis(ADDRESS, "examiner"), { user, allowed: ["PING"], refused });
    }
    await expectRights(processes.sentinel(ADDRESS, "examiner"), {
      user: "peer",
      allowed: ["PING", "PUBLISH __sentinel__:hello greeting"],
      refused: ["SENTINEL FAILOVER orders", "SENTINEL MASTERS", "SUBSCRIBE +switch-master", "SHUTDOWN"],
    });
  });
});
