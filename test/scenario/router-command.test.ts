// `baton router` on real Redis and Sentinels: several processes behind one port, their end, PROXY headers,
// and reads from replicas.
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { connect, createServer, type Socket } from "node:net";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import type { Cluster } from "../../packages/baton/src/cluster/types.ts";
import { clusterToYaml } from "../../packages/baton/src/cluster/write.ts";
import { type LabHandle, startLab } from "../../packages/baton/src/lab/index.ts";
import { type Door, openDoor } from "../../packages/baton/src/redis/door.ts";
import { missing, seen, waitFor } from "../../packages/baton/src/sys/wait.ts";
import { baton, makeHome, removeHome, type Running, startBaton } from "./support/baton.ts";
import { connectBehind, heardWithoutHeader, loggedSessions } from "./support/balancer.ts";
import { keepEvidence } from "./support/evidence.ts";

const PORT = 6380;
const READ_PORT = 6381;

const clusterText = `
hosts:
  - { name: h1, address: 10.0.0.1, runs: [redis, sentinel] }
  - { name: h2, address: 10.0.0.2, runs: [redis, sentinel] }
  - { name: h3, address: 10.0.0.3, runs: [redis, sentinel] }
  - { name: app, address: 10.0.0.4, runs: [router] }
router: { port: ${PORT}, readPort: ${READ_PORT}, reads: { maxLag: 5s } }
`;

let home: string;
let lab: LabHandle;
let running: Running | undefined;
const toClose: (() => void)[] = [];

beforeAll(async () => {
  home = await makeHome();
  const environment = { ...process.env, BATON_HOME: home };
  const signal = new AbortController().signal;
  lab = await startLab({ clusterText, wires: false, agents: false, signal, environment });
});
afterEach(async (context) => {
  keepEvidence(context, home);
  for (const close of toClose.splice(0)) close();
  if (running === undefined) return;
  if (context.task.result?.state === "fail")
    process.stderr.write(`${running.out()}${running.err()}${(await http("/metrics")).text}`);
  running.child.kill("SIGTERM");
  await running.done;
  running = undefined;
});
afterAll(async () => {
  await baton(home, ["lab", "down"]);
  await removeHome(home);
});

const hostAddress = (name: string): string =>
  lab.layout.cluster.hosts.find((host) => host.name === name)?.address ?? "";

async function http(path: string): Promise<{ readonly status: number; readonly text: string }> {
  const url = `http://${hostAddress("app")}:8377${path}`;
  const response = await fetch(url, { signal: AbortSignal.timeout(2_000) });
  return { status: response.status, text: await response.text() };
}

/** The value of a metric with these labels; undefined when there is no such line. */
async function metric(name: string): Promise<number | undefined> {
  const { text } = await http("/metrics");
  const line = text.split("\n").find((one) => one.startsWith(`${name} `));
  return line === undefined ? undefined : Number(line.slice(name.length + 1));
}

async function untilMetric(name: string, wanted: number | undefined): Promise<void> {
  const look = async () => {
    const found = await metric(name);
    return found === wanted ? seen(undefined) : missing(`it is ${found}`);
  };
  await waitFor(`${name} to be ${wanted}`, look, { withinMs: 20_000, everyMs: 50 });
}

/** Starts the command, and resolves when it leads clients to the primary. */
async function startRouter(
  cluster: Partial<Cluster>,
  ...flags: readonly string[]
): Promise<ChildProcess> {
  const file = join(lab.directory, "router.yml");
  await writeFile(file, clusterToYaml({ ...lab.layout.cluster, ...cluster }));
  const state = join(home, "state");
  const args = ["router", "--file", file, "--host", "app", "--state", state, ...flags];
  running = startBaton(home, args);
  const started = running;
  const look = async () => {
    if (started.child.exitCode !== null) throw new Error(`it ended: ${started.err()}`);
    const { status, text } = await http("/readyz");
    const isLed = /3 of 3 Sentinels name h\d/.test(started.out());
    return status === 200 && isLed ? seen(undefined) : missing(text);
  };
  await waitFor("the router to be ready", look, { withinMs: 30_000, everyMs: 50 });
  return started.child;
}

function door(port: number, commandMs = 5_000): Door {
  const at = { address: hostAddress("app"), port, password: lab.secrets.application };
  const opened = openDoor({ ...at, connectMs: 5_000, commandMs });
  toClose.push(() => opened.close());
  return opened;
}

/** A session that has logged in and does not come back when it is cut. */
async function session(port = PORT): Promise<Socket> {
  const socket = connect({ host: hostAddress("app"), port });
  toClose.push(() => socket.destroy());
  socket.on("error", () => undefined);
  socket.write(`AUTH ${lab.secrets.application}\r\n`);
  const [reply] = (await once(socket, "data")) as [Buffer];
  expect(reply.toString()).toBe("+OK\r\n");
  return socket;
}

async function reply(socket: Socket, command: string): Promise<string> {
  const answered = once(socket, "data") as Promise<[Buffer]>;
  socket.write(`${command}\r\n`);
  return (await answered)[0].toString();
}

const childrenOf = (pid: number | undefined): readonly number[] =>
  readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").trim().split(" ").map(Number);

test("two processes share a port; kill -9 of one costs its own sessions, and it is replaced", async () => {
  const child = await startRouter({}, "--processes", "2");
  await untilMetric("baton_router_processes", 2);
  const sessions = await Promise.all(Array.from({ length: 6 }, () => session()));
  await untilMetric('baton_router_sessions{group="main"}', 6);
  const login = `AUTH ${lab.secrets.application}\r\n`;
  const received = (from: string) => `baton_router_received_bytes_total{group="main",from="${from}"}`;
  await untilMetric(received("clients"), sessions.length * login.length);
  await untilMetric(received("primary"), sessions.length * "+OK\r\n".length);
  const closed = new Set<number>();
  sessions.forEach((socket, index) => socket.once("close", () => closed.add(index)));
  const [first] = childrenOf(child.pid);
  process.kill(first ?? 0, "SIGKILL");
  const some = () => (closed.size > 0 ? seen(undefined) : missing("none is cut"));
  await waitFor("its sessions to be cut", some, { withinMs: 10_000, everyMs: 10 });
  await untilMetric("baton_router_process_deaths_total", 1);
  // In turn, as far as both were ready to take one.
  const cut = closed.size;
  expect(cut).toBeLessThan(sessions.length);
  for (const [index, socket] of sessions.entries())
    if (!closed.has(index)) expect(await reply(socket, "PING")).toBe("+PONG\r\n");
  await untilMetric("baton_router_processes", 2);
  expect(childrenOf(child.pid)).not.toContain(first);
  await untilMetric('baton_router_cut_total{group="main"}', cut);
  // Those of the dead process have logged in, and nothing of it is forgotten.
  await untilMetric('baton_router_commands_total{group="main"}', 2 * sessions.length - cut);
  // One after the other, so that each of the two gets its turn.
  for (let turn = 0; turn < 4; turn += 1)
    expect(await reply(await session(), "SET turn done")).toBe("+OK\r\n");
  expect(running?.out()).toMatch(
    new RegExp(`router process \\d+ ended \\(SIGKILL\\) with ${cut} sessions?; another starts`),
  );
});

test("on SIGTERM the owed answer still comes, nobody new gets in, and the exit code is 0", async () => {
  const child = await startRouter({}, "--processes", "2", "--drain", "20s");
  const blocked = await session();
  const answered = once(blocked, "data") as Promise<[Buffer]>;
  blocked.write("BLPOP late 0\r\n");
  const primary = openDoor({
    address: hostAddress("h1"),
    port: 6379,
    password: lab.secrets.application,
  });
  toClose.push(() => primary.close());
  const isBlocked = async () =>
    /^blocked_clients:1/m.test(String(await primary.call(["INFO", "clients"])))
      ? seen(undefined)
      : missing("nobody is blocked");
  await waitFor("the client to be blocked", isBlocked, { withinMs: 10_000 });
  child.kill("SIGTERM");
  const refused = async () => {
    const socket = connect({ host: hostAddress("app"), port: PORT });
    const error = await once(socket, "connect").then(
      () => undefined,
      (found: NodeJS.ErrnoException) => found.code,
    );
    socket.destroy();
    return error === "ECONNREFUSED" ? seen(undefined) : missing("the port is open");
  };
  await waitFor("the port to be closed", refused, { withinMs: 10_000 });
  const { status, text } = await http("/readyz");
  expect([status, text]).toEqual([503, expect.stringContaining("about to end")]);
  await primary.call(["RPUSH", "late", "but there"]);
  expect((await answered)[0].toString()).toContain("but there");
  blocked.destroy();
  expect((await running?.done)?.code).toBe(0);
});

test("reads go to replicas in turn, and to the primary while there are none", async () => {
  await startRouter({});
  const writer = door(PORT);
  await writer.call(["SET", "book", "open"]);
  await untilMetric('baton_router_reads_replicas{group="main"}', 2);
  const readers = await Promise.all(Array.from({ length: 4 }, () => session(READ_PORT)));
  for (const node of ["h2", "h3"])
    expect(await metric(`baton_router_reads_sessions{group="main",node="${node}"}`)).toBe(2);
  for (const reader of readers) {
    const look = async () => {
      const found = await reply(reader, "GET book");
      return found.includes("open") ? seen(undefined) : missing(found);
    };
    await waitFor("the replica to have it", look, { withinMs: 5_000, everyMs: 10 });
    expect(await reply(reader, "SET book closed")).toMatch(/^-READONLY/);
  }
  const cut = readers.map((reader) => once(reader, "close"));
  await lab.kill("h2", "redis");
  await lab.kill("h3", "redis");
  await Promise.all(cut);
  await untilMetric('baton_router_reads_replicas{group="main"}', 0);
  expect(await reply(await session(READ_PORT), "GET book")).toContain("open");
  expect(await metric('baton_router_reads_sessions{group="main",node="h1"}')).toBe(1);
  await lab.start("h2", "redis");
  await lab.start("h3", "redis");
  await untilMetric('baton_router_reads_replicas{group="main"}', 2);
});

test("behind a balancer a client needs its PROXY header, on both ports, and is logged by it", async () => {
  const router = { ...lab.layout.cluster.router, proxyProtocol: true, accessLog: true };
  await startRouter({ router }, "--processes", "2");
  for (const port of [PORT, READ_PORT]) {
    const place = { address: hostAddress("app"), port };
    const behind = connectBehind(place);
    toClose.push(() => behind.destroy());
    expect(await reply(behind, `AUTH ${lab.secrets.application}`)).toBe("+OK\r\n");
    expect(await reply(behind, "PING")).toBe("+PONG\r\n");
    expect(await heardWithoutHeader(place)).toBe("");
    behind.end();
  }
  const common = { kind: "session", group: "main", client: "192.0.2.7:40000", end: "closed" };
  expect(await loggedSessions(() => running?.out() ?? "", 2)).toMatchObject([
    { ...common, port: "reads", node: expect.stringMatching(/^h[23]$/) as string },
    { ...common, port: "writes", node: "h1", commands: 2 },
  ]);
  expect(running?.out()).not.toMatch(new RegExp(`PING|AUTH|${lab.secrets.application}`));
});

test("clients of two processes follow a failover, by no deed of the router", async () => {
  await startRouter({}, "--processes", "2");
  const doors = Array.from({ length: 4 }, () => door(PORT, 30_000));
  for (const each of doors) await each.call(["SET", "before", "1"]);
  expect(await reply(await session(), "SUBSCRIBE news")).toContain("subscribe");
  expect(await reply(await session(), "*1\r\n!")).toMatch(/^-ERR Protocol error/);
  await lab.kill("h1", "redis");
  await session();
  const isMoved = async () => {
    const { text } = await http("/api/state");
    const [group] = (JSON.parse(text) as { groups: { route: { host?: string } }[] }).groups;
    const host = group?.route.host ?? "h1";
    return host === "h1" ? missing("another primary") : seen(host);
  };
  await waitFor("another primary", isMoved, { withinMs: 60_000, everyMs: 100 });
  // All of them, before any is judged: whether one fails or every one says what is wrong.
  const answers = doors.map((each) => each.call(["SET", "after", "1"]).catch(String));
  expect(await Promise.all(answers)).toEqual(doors.map(() => "OK"));
  await untilMetric('baton_router_moved_total{group="main"}', doors.length);
  for (const name of ["lost_total", "protocol_errors_total", "hold_seconds_count"])
    await untilMetric(`baton_router_${name}{group="main"}`, 1);
  expect(await metric('baton_router_hold_seconds_sum{group="main"}')).toBeGreaterThan(0.1);
  expect(await metric("baton_router_process_deaths_total")).toBe(0);
  const { text } = await http("/journal?limit=500");
  const kinds = (JSON.parse(text) as { entries: { kind: string }[] }).entries.map(({ kind }) => kind);
  expect(kinds).toContain("decision");
  expect(kinds).not.toContain("done");
  expect(kinds).not.toContain("fenced");
  expect((await fetch(`http://${hostAddress("app")}:8377/api/pause`, { method: "POST" })).status).toBe(
    404,
  );
});

test("a port that is taken ends the command with its name, and none of its processes stays", async () => {
  const squatter = createServer().listen(PORT, hostAddress("app"));
  await once(squatter, "listening");
  toClose.push(() => squatter.close());
  const file = join(lab.directory, "router.yml");
  await writeFile(file, clusterToYaml(lab.layout.cluster));
  const args = ["router", "--file", file, "--host", "app", "--state", join(home, "state")];
  const started = startBaton(home, [...args, "--processes", "2"]);
  // Workers write to the same pipes: these are closed when the last of them has ended.
  const ran = await started.done;
  expect([ran.code, ran.err]).toEqual([3, expect.stringMatching(/PORT_BUSY .*:6380: another process/)]);
});

test("a host with an agent is refused, and told that the agent brings its own router", async () => {
  const hosts = lab.layout.cluster.hosts.map((host) =>
    host.name === "app" ? { ...host, runs: ["agent", "router"] as const } : host,
  );
  const file = join(lab.directory, "agent.yml");
  await writeFile(file, clusterToYaml({ ...lab.layout.cluster, hosts }));
  const ran = await baton(home, ["router", "--file", file, "--host", "app"]);
  expect([ran.code, ran.err]).toEqual([2, expect.stringContaining("host app runs agent, router;")]);
});
