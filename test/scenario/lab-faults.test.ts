// What can be done to a running lab, each time checked on the processes and connections themselves, from
// both sides.
import { readFileSync } from "node:fs";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import type { Done, LabStatus } from "../../packages/baton/src/lab/index.ts";
import type { Door } from "../../packages/baton/src/redis/door.ts";
import { parseRole, type RoleReply } from "../../packages/baton/src/redis/replies.ts";
import { systemClock } from "../../packages/baton/src/sys/clock.ts";
import { missing, seen, waitFor } from "../../packages/baton/src/sys/wait.ts";
import { baton, makeHome, removeHome } from "./support/baton.ts";
import { addressOf, doorTo, labStatus, labUp } from "./support/lab.ts";
import { processesNaming } from "./support/leftovers.ts";

let home: string;
let lab: LabStatus;
const doors: Door[] = [];

beforeAll(async () => {
  home = await makeHome();
  lab = await labUp(home);
});
afterEach(async () => {
  for (const door of doors.splice(0)) door.close();
  await act("heal");
});
afterAll(async () => {
  await baton(home, ["lab", "down"]);
  expect(processesNaming(home)).toEqual(new Map());
  await removeHome(home);
});

async function open(to: string, from?: string): Promise<Door> {
  const door = await doorTo(lab, to, from);
  doors.push(door);
  return door;
}

/** `baton lab ARGS --json`, which must succeed. */
async function act(...args: readonly string[]): Promise<Done> {
  const ran = await baton(home, ["lab", ...args, "--json"]);
  expect([ran.code, ran.err]).toEqual([0, ""]);
  return JSON.parse(ran.out) as Done;
}

/** "PONG", or the reason why there was no answer. */
async function ping(door: Door): Promise<unknown> {
  return await door.call(["PING"]).catch((error: unknown) => (error as Error).message);
}

async function roleOf(host: string): Promise<RoleReply> {
  return parseRole(await (await open(host)).call(["ROLE"]));
}

async function untilFollows(replica: string, primary: string): Promise<void> {
  const look = async () => {
    const role = await roleOf(replica);
    const follows = role.kind === "replica" && role.of.address === addressOf(lab, primary);
    return follows && role.link === "connected" ? seen(role) : missing(JSON.stringify(role));
  };
  await waitFor(`${replica} to follow ${primary}`, look, { withinMs: 60_000, everyMs: 200 });
}

async function pidOf(host: string): Promise<number | null> {
  const { hosts } = await labStatus(home);
  return hosts.find(({ name }) => name === host)?.redis?.pid ?? null;
}

const stateOf = (pid: number): string | undefined =>
  /^State:\s+(\S)/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];

describe("processes of a lab", () => {
  test("are killed at the moment that is named, and started again with what they had", async () => {
    const door = await open("h3");
    expect(await ping(door)).toBe("PONG");
    const before = await pidOf("h3");
    const beforeMs = systemClock.monotonicMs();
    const killed = await act("kill", "h3");
    expect(killed.did).toEqual(["redis h3 was killed"]);
    expect(killed.atMonotonicMs).toBeGreaterThan(beforeMs);
    expect(killed.atMonotonicMs).toBeLessThan(systemClock.monotonicMs());
    expect(Math.abs(killed.atWallMs - Date.now())).toBeLessThan(10_000);
    expect(processesNaming(home).has(before ?? 0)).toBe(false);
    expect(await pidOf("h3")).toBeNull();
    expect((await act("kill", "h3")).did).toEqual(["redis h3 was not running"]);
    expect((await act("start", "h3")).did).toEqual(["redis h3 was started"]);
    expect((await act("start", "h3")).did).toEqual(["redis h3 runs already"]);
    expect(await pidOf("h3")).not.toBe(before);
    await untilFollows("h3", "h1");
  });

  test("are stopped, seen as stopped, and go on", async () => {
    const pid = (await pidOf("h2")) ?? 0;
    expect((await act("stop", "h2")).did).toEqual(["redis h2 is stopped"]);
    expect(stateOf(pid)).toBe("T");
    expect((await baton(home, ["lab", "status"])).out).toContain("redis h2 is stopped");
    expect(await ping(await open("h2"))).not.toBe("PONG");
    expect((await act("cont", "h2")).did).toEqual(["redis h2 goes on"]);
    expect(stateOf(pid)).not.toBe("T");
    expect(await ping(await open("h2"))).toBe("PONG");
  });

  test("end in good order when they are told to, and are started again", async () => {
    const before = await pidOf("h3");
    expect((await act("terminate", "h3")).did).toEqual(["redis h3 was told to end, and did"]);
    expect(processesNaming(home).has(before ?? 0)).toBe(false);
    const log = await baton(home, ["lab", "logs", "--host", "h3", "--process", "redis"]);
    expect(log.out).toContain("Redis is now ready to exit");
    expect((await act("terminate", "h3")).did).toEqual(["redis h3 was not running"]);
    await act("start", "h3");
    await untilFollows("h3", "h1");
  });

  test("of a whole host are meant with --process all", async () => {
    expect((await act("kill", "h3", "--process", "all")).did).toEqual([
      "redis h3 was killed",
      "sentinel h3 was killed",
      "agent h3 was killed",
    ]);
    const down = (await labStatus(home)).hosts.find(({ name }) => name === "h3");
    expect([down?.redis?.pid, down?.sentinel?.pid, down?.agent?.pid]).toEqual([null, null, null]);
    await act("start", "h3", "--process", "all");
    await untilFollows("h3", "h1");
  });

  test.each([
    [["kill", "h9"], "no host h9 in this lab; its hosts are h1, h2, h3, app"],
    [["stop", "app"], "host app has no redis; it has agent"],
    [["cut", "h1", "h9"], "no host h9 in this lab; links go between h1, h2, h3, app, clients"],
    [["cut", "h1", "h1"], "a link needs two ends, and both are h1"],
    [["delay", "h1", "h2", "soon"], "found soon"],
    [["delay", "h1", "h2", "60001"], "from 0 to 60000"],
    [["kill", "h1", "--process", "disk"], "Allowed choices"],
  ])("are not touched by a mistake: %j", async (args, sentence) => {
    const ran = await baton(home, ["lab", ...args]);
    expect([ran.code, ran.err]).toEqual([2, expect.stringContaining(sentence)]);
  });
});

describe("links of a lab", () => {
  test("are silent both ways when cut, for open and for new connections, and only those", async () => {
    const links = {
      there: await open("h2", "h3"),
      back: await open("h3", "h2"),
      beside: await open("h2", "h1"),
      client: await open("h2"),
    };
    for (const door of Object.values(links)) expect(await ping(door)).toBe("PONG");
    const done = await act("cut", "h2", "h3");
    expect(done.did).toEqual(["nothing gets from h2 to h3, or back"]);
    const silent = [links.there, links.back, await open("h2", "h3"), await open("h3", "h2")];
    expect(await Promise.all(silent.map(ping))).toEqual(
      Array.from({ length: 4 }, () => expect.stringContaining("no answer in time")),
    );
    expect(await Promise.all([links.beside, links.client].map(ping))).toEqual(["PONG", "PONG"]);
    expect((await baton(home, ["lab", "status"])).out).toMatch(/h2 to h3 is cut\n.*h3 to h2 is cut/);
    await act("heal");
    expect(await ping(await open("h2", "h3"))).toBe("PONG");
    expect(await ping(await open("h3", "h2"))).toBe("PONG");
  });

  test("carry a write to its node, and not its answer back, when only the way back is cut", async () => {
    const client = await open("h1");
    expect(await ping(client)).toBe("PONG");
    await act("cut", "h1", "clients", "--one-way");
    await expect(client.call(["SET", "one-way", "arrived"])).rejects.toThrow("no answer in time");
    const fromBeside = await open("h1", "h2");
    expect(await fromBeside.call(["GET", "one-way"])).toBe("arrived");
    await act("heal");
  });

  test("take the delay that was asked for, each way", async () => {
    const door = await open("h1", "h2");
    expect(await ping(door)).toBe("PONG");
    await act("delay", "h1", "h2", "40");
    const startMs = systemClock.monotonicMs();
    expect(await ping(door)).toBe("PONG");
    expect(systemClock.monotonicMs() - startMs).toBeGreaterThanOrEqual(79);
    expect((await act("heal")).did).toEqual([
      "h1 to h2 is no longer delayed",
      "h2 to h1 is no longer delayed",
    ]);
  });

  test("make a partition: the majority goes on, the old primary's late writes are lost", async () => {
    const before = await open("h1");
    expect(await before.call(["SET", "before", "the cut"])).toBe("OK");
    await before.call(["WAIT", "2", "400"]);
    await act("cut", "h1", "h2");
    await act("cut", "h1", "h3");
    // Its agent would fence the old primary: nobody who is on the side of the majority may reach it.
    await act("cut", "h1", "app");
    // The clients reach both sides; a host of each side does not reach the other.
    expect(await (await open("h1")).call(["SET", "minority", "1"])).toBe("OK");
    for (const other of ["h2", "h3"]) {
      expect(await (await open(other)).call(["GET", "minority"])).toBeNull();
      expect(await (await open(other)).call(["GET", "before"])).toBe("the cut");
      expect(await ping(await open("h1", other))).not.toBe("PONG");
      expect(await ping(await open(other, "h1"))).not.toBe("PONG");
    }
    const promoted = async () => {
      for (const host of ["h2", "h3"]) if ((await roleOf(host)).kind === "primary") return seen(host);
      return missing("a primary among h2 and h3");
    };
    const next = await waitFor("the majority's primary", promoted, { withinMs: 30_000, everyMs: 100 });
    expect((await roleOf("h1")).kind).toBe("primary");
    // It takes writes as soon as the other replica follows it: min-replicas-to-write.
    const write = async () => seen(await (await open(next)).call(["SET", "majority", "1"]));
    expect(await waitFor("a write on the majority's side", write, { withinMs: 30_000 })).toBe("OK");
    expect(await (await open("h1")).call(["GET", "majority"])).toBeNull();
    await act("heal");
    await untilFollows("h1", next);
    const healed = await open("h1");
    expect([await healed.call(["GET", "majority"]), await healed.call(["GET", "minority"])]).toEqual([
      "1",
      null,
    ]);
  });
});

test("a lab without wires says what it cannot do, and what to do about it", async () => {
  await labUp(home, "--name", "plain", "--no-wires");
  try {
    for (const args of [
      ["cut", "h1", "h2"],
      ["delay", "h1", "h2", "10"],
    ]) {
      const ran = await baton(home, ["lab", ...args, "--name", "plain"]);
      expect([ran.code, ran.err]).toEqual([
        3,
        expect.stringMatching(/UNABLE .*without wires.*without --no-wires/),
      ]);
    }
  } finally {
    await baton(home, ["lab", "down", "--name", "plain"]);
  }
});
