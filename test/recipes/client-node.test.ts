// redis-baton-client over ioredis and node-redis against a real cluster: outcomes, reads, logins, an end.
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { slowness } from "../../packages/baton/src/sys/clock.ts";
import { missing, seen, waitFor } from "../../packages/baton/src/sys/wait.ts";
import { type FaultyCluster, startFaultyCluster } from "../scenario/support/faulty-cluster.ts";
import {
  createWorkplace,
  freshKey,
  LIBRARIES,
  timed,
  type Workplace,
  writeMore,
} from "../scenario/support/node-clients.ts";

let cluster: FaultyCluster;
let workplace: Workplace;

beforeAll(async () => {
  cluster = await startFaultyCluster("127.52.7");
  workplace = createWorkplace(cluster);
});
afterEach(async () => {
  await workplace.tidy();
});
afterAll(async () => {
  await cluster.close();
});

describe.each(LIBRARIES)("over %s", (name, library) => {
  test("a call is done, with the value, and an error reply is not done", async () => {
    const client = workplace.open(library);
    const key = freshKey();
    expect(await client.call(["RPUSH", key, "7"])).toEqual({ kind: "done", value: 1 });
    expect(await client.call(["GET", key])).toMatchObject({ kind: "not-done", error: "WRONGTYPE" });
  });

  test("a database other than the first is chosen before the first command", async () => {
    const outcome = await workplace.open(library, { database: 2 }).call(["CLIENT", "INFO"]);
    const inSecond = expect.stringContaining(" db=2 ") as unknown;
    expect(outcome).toMatchObject({ kind: "done", value: inSecond });
  });

  test("many calls share one connection, and a read may go to a replica", async () => {
    const client = workplace.open(library);
    const key = freshKey();
    await Promise.all(Array.from({ length: 50 }, (_, id) => client.call(["RPUSH", key, String(id)])));
    const look = async () => {
      const read = await client.call(["LLEN", key], { from: "replica" });
      return read.kind === "done" && read.value === 50 ? seen(undefined) : missing(JSON.stringify(read));
    };
    await waitFor("the replica to have them", look, { withinMs: 5_000 });
    const role = await client.call(["ROLE"], { from: "replica" });
    expect(role).toMatchObject({ kind: "done", value: expect.arrayContaining(["slave"]) as unknown });
  });

  test("a frozen Sentinel that is listed first costs nothing", async () => {
    const [{ host } = { host: "" }] = cluster.sentinels;
    cluster.signal("sentinel", host, "SIGSTOP");
    const client = workplace.open(library, { sentinelTimeoutMs: 5_000 });
    const { result, tookMs } = await timed(() => client.call(["SET", freshKey(), "1"]));
    expect(result).toMatchObject({ kind: "done" });
    expect(tookMs).toBeLessThan(2_500);
  });

  test("a wrong password is not done at once, and is nowhere to be read", async () => {
    const client = workplace.open(library, { password: "wrong-and-secret", sentinelPassword: "" });
    const { result, tookMs } = await timed(() => client.call(["SET", freshKey(), "1"]));
    expect(result).toMatchObject({ kind: "not-done", error: "WRONGPASS" });
    expect(tookMs).toBeLessThan(5_000);
    const drill = await workplace.speaker(name, freshKey(), { password: "wrong-and-secret" });
    expect(await drill.ask("write")).toMatchObject({ kind: "not-done", error: "WRONGPASS" });
    await drill.stop();
    expect(`${JSON.stringify(result)}${drill.output()}`).not.toContain("secret");
  });

  test("a router is one address, and the process ends by itself when it is told to stop", async () => {
    const router = `${await cluster.primary()}:6379`;
    const drill = await workplace.speaker(name, freshKey(), { way: "router", router });
    expect(drill.ready).toMatchObject({ kind: "ready", name: expect.stringContaining(name) as unknown });
    expect(await drill.ask("write")).toMatchObject({ kind: "done", id: 1 });
    expect(await drill.ask("read")).toMatchObject({ kind: "value", last: 1 });
    expect(await drill.stop()).toMatchObject({ code: 0 });
  });
});

test.each(["ioredis", "node-redis"])(
  "%s alone writes as its manual shows, to be compared with",
  async (name) => {
    const drill = await workplace.speaker(name, freshKey(), {}, "--default");
    expect(drill.ready).toMatchObject({
      kind: "ready",
      name: expect.stringMatching(/ default$/) as unknown,
    });
    await writeMore([drill], 3);
    expect(await drill.stop()).toMatchObject({ code: 0 });
  },
);

test("a drill-client that cannot do what is asked says so, and ends with 3", async () => {
  const unable = async (library: string, more: object) => {
    const drill = await workplace.speaker(library, freshKey(), { ...more });
    return { ready: drill.ready, code: await drill.ended };
  };
  const jedis = { kind: "unable", reason: "there is no library jedis" };
  expect(await unable("jedis", {})).toEqual({ ready: jedis, code: 3 });
  expect(await unable("ioredis", { way: "gossip" })).toMatchObject({
    ready: { kind: "unable" },
    code: 3,
  });
});

test("closing leaves nothing behind: the processes end within a second, listeners and all", async () => {
  for (const { drill } of await workplace.startWriters()) {
    await writeMore([drill], 1);
    const { code, tookMs } = await drill.stop();
    expect(code).toBe(0);
    expect(tookMs).toBeLessThan(1_000 * slowness());
  }
});
