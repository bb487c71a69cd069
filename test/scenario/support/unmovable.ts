// Two real servers with a router before them, the handover from one to the other as a switchover and a
// failover make it, and a client that keeps every byte it sees.
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { afterAll, afterEach, beforeAll, expect } from "vitest";
import type { Endpoint } from "../../../packages/baton/src/cluster/types.ts";
import { demote } from "../../../packages/baton/src/fence/demote.ts";
import { type Door, openDoor } from "../../../packages/baton/src/redis/door.ts";
import { parseInfo, parseRole } from "../../../packages/baton/src/redis/replies.ts";
import { type CommandLookup, CommandTable } from "../../../packages/baton/src/router/commands.ts";
import { command } from "../../../packages/baton/src/router/primary.fixture.ts";
import { ReplyFramer } from "../../../packages/baton/src/router/resp/replies.ts";
import { RequestFramer } from "../../../packages/baton/src/router/resp/requests.ts";
import { type Router, openRouter } from "../../../packages/baton/src/router/router.ts";
import { type Effect, SessionState } from "../../../packages/baton/src/router/session-state.ts";
import { noRoute, routeTo, until } from "../../../packages/baton/src/router/sockets.fixture.ts";
import { missing, seen, waitFor } from "../../../packages/baton/src/sys/wait.ts";
import { type RedisServer, startRedisServer } from "./redis-server.ts";

type Words = readonly [string, ...string[]];
interface Node extends Endpoint {
  server: RedisServer;
  door: Door;
}

const PLACES = [
  { address: "127.41.1.1", port: 6379 },
  { address: "127.41.1.2", port: 6379 },
] as const;
/** As long as a switchover waits for the routers. */
const SETTLE_MS = 200;
const PAUSE_MS = 20_000;
const MINUS = 0x2d;

let primary: Node;
let replica: Node;
let router: Router;
let lookup: CommandLookup;
let epoch = 1;
let isOneLost = false;
const sockets: Socket[] = [];

/** Asks the primary of the moment itself. */
export const ask = (...words: Words): Promise<unknown> => primary.door.call(words);
/** What is not replicated: users. */
export const tellBoth = (...words: Words): Promise<unknown> =>
  Promise.all([primary, replica].map(({ door }) => door.call(words)));
/** How CLIENT INFO of a session with the primary of the moment begins to tell where it is. */
export const atPrimary = (): string => `laddr=${primary.address}:${primary.port}`;

async function start(place: Endpoint, ...more: readonly string[]): Promise<Node> {
  // A script that runs for ever keeps everybody waiting, and nobody is told -BUSY.
  const flags = ["--repl-diskless-sync-delay", "0", "--busy-reply-threshold", "600000", ...more];
  const server = await startRedisServer({ ...place, flags });
  return { ...place, server, door: openDoor({ ...place, commandMs: 10_000 }) };
}

async function stop({ door, server }: Node): Promise<void> {
  door.close();
  await server.close();
}

export async function untilFollowed(): Promise<void> {
  const look = async () => {
    const [role, own] = await Promise.all([replica.door.call(["ROLE"]), ask("ROLE")]);
    const [followed, written] = [parseRole(role), parseRole(own)];
    const isIn = followed.kind === "replica" && followed.link === "connected";
    return isIn && followed.offsetBytes >= written.offsetBytes ? seen(0) : missing(String(role));
  };
  await waitFor("the replica to have everything", look, { withinMs: 20_000, everyMs: 5 });
}

export async function blockedClients(): Promise<number> {
  return Number(parseInfo(await ask("INFO", "clients")).get("blocked_clients"));
}

export async function untilBlocked(wanted: number): Promise<void> {
  const look = async () => {
    const found = await blockedClients();
    return found === wanted ? seen(0) : missing(`${found} are blocked`);
  };
  await waitFor(`${wanted} blocked clients`, look, { withinMs: 5_000, everyMs: 5 });
}

/** On the primary; its demotion ends it. */
export const pauseWrites = (): Promise<unknown> => ask("CLIENT", "PAUSE", String(PAUSE_MS), "WRITE");

interface SwitchoverOptions {
  /** While the router keeps its clients waiting, before writes are paused. */
  readonly whileHeld?: () => void;
  /** The clients see what comes of the old primary's demotion, which is before the route changes. */
  readonly isNoticed?: () => boolean;
}

/** The steps of `baton switchover` in their order; the order to promote is ours and no Sentinel's. */
export async function switchOver(options: SwitchoverOptions = {}): Promise<void> {
  const { whileHeld, isNoticed = () => true } = options;
  const [from, to] = [primary, replica];
  let isSettled = false;
  const held = router.hold("a switchover").then((settled) => (isSettled = settled));
  whileHeld?.();
  const look = () => (isSettled ? seen(true) : missing("not yet"));
  // Then it goes on without them.
  await waitFor("the clients", look, { withinMs: SETTLE_MS, everyMs: 2 }).catch(() => false);
  await pauseWrites();
  await untilFollowed();
  await to.door.call(["REPLICAOF", "NO", "ONE"]);
  await demote(from.door, to);
  await until("the clients to notice it", isNoticed);
  leadTo(to, from);
  router.release();
  await held;
}

function leadTo(next: Node, other: Node): void {
  [primary, replica] = [next, other];
  epoch += 1;
  router.setRoute(routeTo(primary, epoch));
}

/**
 * `SIGSTOP`: it falls silent, and keeps its connections. `isNoticed`: the clients see what comes of the loss
 * itself, which is long before anybody has agreed on it.
 */
export async function losePrimary(
  signal: "SIGKILL" | "SIGSTOP",
  isNoticed: () => boolean,
): Promise<void> {
  const [lost, next] = [primary, replica];
  const { child } = lost.server;
  const ended = once(child, "exit");
  child.kill(signal);
  isOneLost = true;
  if (signal === "SIGKILL") await ended;
  await until("the clients to notice it", isNoticed);
  router.setRoute(noRoute("the primary does not answer"));
  await next.door.call(["REPLICAOF", "NO", "ONE"]);
  leadTo(next, lost);
}

/** After each test: who was lost comes back empty, as a replica. */
export async function makeWhole(): Promise<void> {
  if (isOneLost) {
    await stop(replica);
    replica = await start(replica, "--replicaof", primary.address, String(primary.port));
    isOneLost = false;
  }
  await untilFollowed();
}

/** To be called once at the top of a test file. */
export function useTwoServers(): void {
  beforeAll(async () => {
    const [first, second] = PLACES;
    primary = await start(first);
    replica = await start(second, "--replicaof", first.address, String(first.port));
    const table = CommandTable.parse(await ask("COMMAND"));
    ({ lookup } = table);
    router = await openRouter({
      listen: { address: "127.41.1.9", port: 0 },
      holdMs: 60_000,
      holdSessions: 100,
    });
    router.learn(table.all());
    router.setRoute(routeTo(primary, epoch));
    await untilFollowed();
  });
  afterEach(() => {
    for (const socket of sockets.splice(0)) socket.destroy();
  });
  afterAll(async () => {
    await router.close();
    await Promise.all([primary, replica].map(stop));
  });
}

export type End = "open" | "closed" | "reset";

export class Visitor {
  end: End = "open";
  text = "";
  private readonly socket: Socket;
  private sent = "";

  private constructor(socket: Socket) {
    this.socket = socket;
    sockets.push(socket);
    socket.on("data", (chunk: Buffer) => (this.text += chunk.toString("latin1")));
    socket.once("end", () => (this.end = "closed"));
    socket.once("error", ({ code }: NodeJS.ErrnoException) => {
      this.end = code === "ECONNRESET" ? "reset" : expect.fail(`${code}`);
    });
  }

  static async come(): Promise<Visitor> {
    const { address, port } = router.address;
    const socket = connect({ host: address, port, allowHalfOpen: true });
    await once(socket, "connect");
    return new Visitor(socket);
  }

  /** Resolves when the router has read it. */
  async send(bytes: string): Promise<void> {
    const before = router.stats().bytesFromClients;
    this.write(bytes);
    const read = () => router.stats().bytesFromClients - before === bytes.length;
    await until("the router to read it", read);
  }

  write(bytes: string): void {
    this.sent += bytes;
    this.socket.write(bytes, "latin1");
  }

  async hears(wanted: string | RegExp): Promise<void> {
    const isThere = () => (typeof wanted === "string" ? this.text === wanted : wanted.test(this.text));
    await until(`the client to hear ${String(wanted)}`, isThere).catch((error: unknown) => {
      throw new Error(`it heard ${JSON.stringify(this.text.slice(0, 500))}`, { cause: error });
    });
  }

  /** Its sending half. */
  finish(): void {
    this.socket.end();
  }

  stopReading(): void {
    this.socket.pause();
  }

  readOn(): void {
    this.socket.resume();
  }

  /** What the router names as the obstacle after all that was sent and heard. */
  get obstacle(): string | undefined {
    const [sent, heard] = [Buffer.from(this.sent, "latin1"), Buffer.from(this.text, "latin1")];
    const [state, requests, replies] = [
      new SessionState(),
      new RequestFramer(lookup),
      new ReplyFramer(),
    ];
    const owed: (Effect | undefined)[] = [];
    for (let at = requests.advance(sent, 0); at >= 0; at = requests.advance(sent, at))
      if (requests.command !== undefined) owed.push(state.sent(requests.command, requests.captured));
    if (state.isOpaque) return state.obstacle;
    for (let at = replies.advance(heard, 0); at >= 0; at = replies.advance(heard, at)) {
      const effect = replies.isPush ? undefined : owed.shift();
      if (effect !== undefined) state.replied(effect, replies.type === MINUS);
    }
    return state.obstacle;
  }
}

/** One more connection of the same client: it works, and it is with the primary of the moment. */
export async function comesBack(): Promise<void> {
  const again = await Visitor.come();
  await again.send(command("SET", "again", "1") + command("CLIENT", "INFO"));
  await again.hears(/^\+OK\r\n\$\d+\r\n.*\r\n$/s);
  expect(again.text).toContain(atPrimary());
  expect(await ask("GET", "again")).toBe("1");
  await ask("DEL", "again");
}
