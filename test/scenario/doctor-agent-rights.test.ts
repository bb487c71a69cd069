// What Baton's own user may ask a node for doctor, held against a real redis-server with the users that
// Baton writes: enough to see what Sentinel lost, and neither passwords nor data.
import { afterAll, beforeAll, expect, test } from "vitest";
import { askRedis } from "../../packages/baton/src/doctor/live/ask-redis.ts";
import { type Door, openDoor } from "../../packages/baton/src/redis/door.ts";
import { redisUsers } from "../../packages/baton/src/render/acl.ts";
import { systemClock } from "../../packages/baton/src/sys/clock.ts";
import { missing, seen, waitFor } from "../../packages/baton/src/sys/wait.ts";
import { type RedisServer, startRedisServer } from "./support/redis-server.ts";

const at = { address: "127.71.3.2", port: 7912 };
const secrets = {
  application: "of-the-application",
  agent: "of-the-agent",
  replication: "of-the-replicas",
  sentinel: "of-the-sentinels",
  peer: "of-the-peers",
};
const login = { username: "agent", password: secrets.agent };
let server: RedisServer;
let anybody: Door;
let agent: Door;

beforeAll(async () => {
  server = await startRedisServer(at);
  anybody = openDoor(at);
  agent = openDoor({ ...at, ...login });
  for (const line of redisUsers(secrets)) {
    if (line.kind === "comment" || line.values[0] === "default") continue;
    const [user = "", ...rules] = line.values;
    expect(await anybody.call(["ACL", "SETUSER", user, "reset", ...rules])).toBe("OK");
  }
});

afterAll(async () => {
  anybody.close();
  agent.close();
  await server.close();
});

async function seenByAgent() {
  const { signal } = new AbortController();
  const times = { patienceMs: 2_000, togetherMs: 10_000 };
  return await askRedis(at, login, { clock: systemClock, signal, ...times, sentinelUser: "sentinel" });
}

test("the agent sees that Sentinel has every right, and which one somebody took away", async () => {
  const { sentinelRights } = await seenByAgent();
  expect(sentinelRights).toEqual([{ user: "sentinel", refused: [] }]);
  await anybody.call(["ACL", "SETUSER", "sentinel", "-slaveof"]);
  const { sentinelRights: fewer } = await seenByAgent();
  expect(fewer).toEqual([{ user: "sentinel", refused: ["slaveof"] }]);
  await anybody.call(["ACL", "SETUSER", "sentinel", "+slaveof"]);
});

test("the agent sees that a pause holds Sentinel's own connection back", async () => {
  const name = "sentinel-0123abcd-cmd";
  const known = { username: "sentinel", password: secrets.sentinel };
  const sentinel = openDoor({ ...at, ...known, commandMs: 20_000 });
  await sentinel.call(["CLIENT", "SETNAME", name]);
  expect(await agent.call(["CLIENT", "PAUSE", "20000", "WRITE"])).toBe("OK");
  const published = sentinel.call(["PUBLISH", "__sentinel__:hello", "hello"]);
  const look = async () => {
    const { sentinelClients = [] } = await seenByAgent();
    const held = sentinelClients.find(({ flags }) => flags.includes("b"));
    return held === undefined ? missing("no connection that waits") : seen(held);
  };
  const held = await waitFor("a connection that waits", look, { withinMs: 10_000 });
  expect(held).toMatchObject({ name, user: "sentinel" });
  expect(await agent.call(["CLIENT", "UNPAUSE"])).toBe("OK");
  expect(await published).toBe(0);
  sentinel.close();
});

test.each([
  ["ACL", "LIST"],
  ["ACL", "GETUSER", "sentinel"],
  ["ACL", "SETUSER", "agent", "+@all"],
  ["ACL", "LOG"],
  ["SLOWLOG", "GET", "1"],
  ["MONITOR"],
  ["GET", "anything"],
] as const)("the agent may not %s %s", async (...words) => {
  const [reply] = await agent.batch([words]);
  expect(String(reply)).toMatch(/NOPERM|no permissions/i);
});
