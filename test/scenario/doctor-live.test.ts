// `baton doctor --live` against real processes: silent about a healthy lab, loud about real mistakes while
// they last, and silent again when they are cured.
import { createServer, type Server } from "node:net";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import type { LabStatus } from "../../packages/baton/src/lab/index.ts";
import { attachLab, type LabHandle } from "../../packages/baton/src/lab/index.ts";
import { type Door, openDoor } from "../../packages/baton/src/redis/door.ts";
import { Fields, parseRole } from "../../packages/baton/src/redis/replies.ts";
import { missing, seen, waitFor } from "../../packages/baton/src/sys/wait.ts";
import { baton, makeHome, removeHome } from "./support/baton.ts";
import { labStatus, labUp } from "./support/lab.ts";
import { type LoneSentinel, SENTINELS_RIGHTS, startLoneSentinel } from "./support/lone-sentinel.ts";

interface Found {
  readonly code: number | null;
  /** "RULE FILE", warnings and errors only. */
  readonly findings: readonly string[];
  readonly rules: ReadonlySet<string>;
  readonly text: string;
}

async function doctor(home: string, ...args: readonly string[]): Promise<Found> {
  const ran = await baton(home, ["doctor", "--live", "--format", "json", ...args]);
  if (!ran.out.startsWith("{")) throw new Error(`baton doctor exited with ${ran.code}: ${ran.err}`);
  const { findings } = JSON.parse(ran.out) as { findings: { rule: string; file: string }[] };
  const found = findings.map(({ rule, file }) => `${rule} ${file}`);
  const rules = new Set(findings.map(({ rule }) => rule));
  return { code: ran.code, findings: found, rules, text: ran.out };
}

describe("a lab", () => {
  let home: string;
  let lab: LabHandle;
  let status: LabStatus;
  const undo: (() => Promise<unknown> | void)[] = [];

  beforeAll(async () => {
    home = await makeHome();
    await labUp(home, "--no-wires");
    lab = await attachLab("lab", { BATON_HOME: home });
    status = await labStatus(home);
  });
  afterEach(async () => {
    for (const one of undo.splice(0).toReversed()) await one();
  });
  afterAll(async () => {
    await baton(home, ["lab", "down"]);
    await removeHome(home);
  });

  const look = async (...more: readonly string[]) => {
    return await doctor(home, "--file", join(lab.directory, "cluster.yml"), ...more);
  };
  const as = (place: { readonly address: string; readonly port: number } | undefined): Door => {
    if (place === undefined) throw new Error("the lab has no such process");
    const login = { username: "agent", password: lab.secrets.agent };
    const { address, port } = place;
    const door = openDoor({ address, port, ...login, connectMs: 1_000, commandMs: 1_000 });
    undo.push(() => door.close());
    return door;
  };
  const sentinels = () => lab.layout.sentinels.map((plan) => as(plan));
  const nodes = () => (lab.layout.groups[0]?.nodes ?? []).map((plan) => as(plan));
  const set = async (door: Door, ...words: readonly [string, ...string[]]) => {
    expect(await door.call(words), words.join(" ")).toBe("OK");
  };
  /** Sentinels and nodes see a change some time after it was made. */
  async function until(what: string, isWanted: (found: Found) => boolean): Promise<Found> {
    const one = async () => {
      const found = await look();
      return isWanted(found) ? seen(found) : missing(`found ${found.findings.join(", ") || "nothing"}`);
    };
    return await waitFor(what, one, { withinMs: 20_000, everyMs: 200 });
  }
  const untilHealthy = async () => await until("nothing to be found", ({ code }) => code === 0);
  const freeze = (...pids: readonly (number | null | undefined)[]) => {
    for (const pid of pids) {
      if (pid == null) continue;
      process.kill(pid, "SIGSTOP");
      undo.push(() => void process.kill(pid, "SIGCONT"));
    }
  };

  const freezeAgents = () => freeze(...status.hosts.map(({ agent }) => agent?.pid), status.router?.pid);

  test("that is healthy gives no error and no warning, with or without its cluster file", async () => {
    expect(await look()).toMatchObject({ code: 0, findings: [] });
    const [first] = lab.layout.sentinels;
    const login = ["sentinel", "redis"].flatMap((whom) => [
      `--${whom}-user`,
      "agent",
      `--${whom}-password-file`,
      join(lab.directory, "secrets", "agent.password"),
    ]);
    const found = await doctor(home, "--sentinel", `${first?.address ?? ""}:26379`, ...login);
    expect(found).toMatchObject({ code: 0, findings: [] });
    expect(JSON.parse(found.text)).toMatchObject({ checked: { redis: 3, sentinels: 3, groups: 1 } });
  });

  test("with another quorum on one Sentinel is found by SEN007", async () => {
    const [, second] = sentinels();
    if (second === undefined) throw new Error("no second Sentinel");
    await set(second, "SENTINEL", "SET", "main", "quorum", "3");
    const { code, findings } = await look();
    expect(code).toBe(1);
    expect(findings).toContain(`SEN007 ${second.address}:26379`);
    await set(second, "SENTINEL", "SET", "main", "quorum", "2");
    await untilHealthy();
  });

  test("in which nobody may be promoted is found by TOP004, with CKQUORUM still OK", async () => {
    // An agent would take the priority for what is left of a switchover, and set it back.
    freezeAgents();
    for (const door of nodes()) await set(door, "CONFIG", "SET", "replica-priority", "0");
    const found = await until("TOP004", ({ rules }) => rules.has("TOP004"));
    expect(found.rules).toContain("RED033");
    expect(found.rules).not.toContain("LIV004");
    for (const door of nodes()) await set(door, "CONFIG", "SET", "replica-priority", "100");
    await untilHealthy();
  });

  test("with less protection on one node is found by RED017, and by LIV018 beside its file", async () => {
    const [, , third] = nodes();
    if (third === undefined) throw new Error("no third node");
    await set(third, "CONFIG", "SET", "min-replicas-to-write", "0");
    const { rules } = await look();
    expect([...rules]).toEqual(expect.arrayContaining(["RED017", "LIV018"]));
    await set(third, "CONFIG", "SET", "min-replicas-to-write", "1");
    await untilHealthy();
  });

  test("with a second primary that nobody takes back is found by LIV001", async () => {
    // Else agents fence it, and Sentinels make it a replica again, before anybody has typed a command.
    freezeAgents();
    for (const door of sentinels())
      await door.call(["SENTINEL", "DEBUG", "info-period", "60000", "publish-period", "60000"]);
    const replicas: Door[] = [];
    for (const door of nodes()) {
      if (parseRole(await door.call(["ROLE"])).kind === "replica") replicas.push(door);
    }
    const [replica] = replicas;
    if (replica === undefined) throw new Error("no replica");
    await set(replica, "REPLICAOF", "NO", "ONE");
    const found = await look();
    expect(found.findings).toContain(`LIV001 ${replica.address}:6379`);
    for (const one of undo.splice(0).toReversed()) await one();
    // The agents set the timers again, and one of them takes the second primary back.
    await untilHealthy();
  });

  test("with a Sentinel that never answers is found by LIV004, and the others are asked", async () => {
    freeze(status.hosts.find(({ name }) => name === "h3")?.sentinel?.pid);
    const found = await until("LIV004", ({ rules }) => rules.has("LIV004"));
    const [, , third] = lab.layout.sentinels;
    expect(found.findings).toContain(`LIV004 ${third?.address ?? ""}:26379`);
    expect(JSON.parse(found.text)).toMatchObject({ checked: { redis: 3, sentinels: 3 } });
    for (const one of undo.splice(0).toReversed()) await one();
    // It comes back in TILT, which is found, too, and ends by itself.
    await until("OS006 or its end", ({ rules, code }) => rules.has("OS006") || code === 0);
    await untilHealthy();
  });

  test("beside a port that answers nonsense is checked as if that port were not there", async () => {
    const server = await nonsense("127.0.0.1");
    undo.push(() => new Promise((resolve) => server.close(resolve)));
    const address = server.address();
    if (address === null || typeof address === "string") throw new Error("no port");
    const place = `127.0.0.1:${address.port}`;
    const found = await look("--sentinel", place);
    expect(found.findings).toEqual([`LIV004 ${place}`]);
    expect(found.text).toContain("what is not Redis' protocol");
  });
});

/** Speaks HTTP to whoever comes, without being asked and without an end. */
async function nonsense(host: string): Promise<Server> {
  const server = createServer((socket) => {
    socket.on("error", () => undefined);
    socket.on("data", () => socket.write("HTTP/1.1 400 Bad Request\r\n\r\n"));
  });
  await new Promise<void>((resolve) => server.listen(0, host, resolve));
  return server;
}

describe("a primary with one Sentinel", () => {
  const address = "127.0.9.41";
  let home: string;
  let lone: LoneSentinel;

  beforeAll(async () => {
    home = await makeHome();
    lone = await startLoneSentinel(address);
  });
  afterAll(async () => {
    await lone.close();
    await removeHome(home);
  });

  const look = async (rules: string) => {
    return await doctor(home, "--sentinel", `${address}:26379`, "--rule", rules);
  };

  test("whose rights were taken away is found by SEN040, by ACL DRYRUN and not by its log", async () => {
    expect(await look("SEN040")).toMatchObject({ code: 0 });
    expect(await lone.redis.call(["ACL", "SETUSER", "watcher", "-config|rewrite"])).toBe("OK");
    const found = await look("SEN040");
    expect(found.findings).toEqual([`SEN040 ${address}:6379`]);
    expect(found.text).toContain("+config|rewrite");
    const users = await lone.redis.call(["ACL", "GETUSER", "watcher"]);
    expect(JSON.stringify(users)).not.toContain("config|rewrite");
    const words = ["reset", "on", ">tulip", ...SENTINELS_RIGHTS.split(" ")];
    expect(await lone.redis.call(["ACL", "SETUSER", "watcher", ...words])).toBe("OK");
    expect(await look("SEN040")).toMatchObject({ code: 0 });
  });

  test("whose Sentinel is armed to crash is found by SEN048", async () => {
    await lone.sentinel.call(["SENTINEL", "SIMULATE-FAILURE", "crash-after-election"]);
    expect((await look("SEN048")).findings).toEqual([`SEN048 ${address}:26379`]);
    await lone.sentinel.call(["SENTINEL", "SIMULATE-FAILURE", "help"]);
    expect(await look("SEN048")).toMatchObject({ code: 0 });
  });

  test("without a file, and without a replica, is found by RED012 and TOP004", async () => {
    const found = await look("RED012,TOP004");
    expect([...found.findings].sort()).toEqual([`RED012 ${address}:6379`, `TOP004 ${address}:26379`]);
  });

  test("whose clients are paused is found by LIV013, as Sentinel's own connection waits", async () => {
    await lone.redis.call(["CLIENT", "PAUSE", "8000", "WRITE"]);
    const one = async () => {
      const found = await look("LIV013");
      return found.code === 1 ? seen(found) : missing("a connection of Sentinel that waits");
    };
    expect((await waitFor("LIV013", one, { withinMs: 7_000 })).findings).toEqual([
      `LIV013 ${address}:6379`,
    ]);
    await lone.redis.call(["CLIENT", "UNPAUSE"]);
    expect(await look("LIV013")).toMatchObject({ code: 0 });
  });

  test("asked without its password says why nothing was heard, and ends with 3", async () => {
    await lone.redis.call(["ACL", "SETUSER", "default", "resetpass", ">rose"]);
    const ran = await baton(home, ["doctor", "--live", "--sentinel", `${address}:6379`]);
    expect(ran.code).toBe(3);
    expect(ran.err).toContain("NOAUTH");
    const fields = new Fields(
      await lone.sentinel.call(["SENTINEL", "MASTER", "main"]),
      "SENTINEL MASTER",
    );
    expect(fields.text("flags")).toBe("master");
  });
});
