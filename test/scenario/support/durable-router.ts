// A real primary with two real replicas and a router before it that has writes confirmed; one of the replicas
// can be frozen.
import { afterAll, afterEach, beforeAll, beforeEach, expect } from "vitest";
import type { Confirmations } from "../../../packages/baton/src/decide/types.ts";
import { type Door, openDoor } from "../../../packages/baton/src/redis/door.ts";
import { parseInfo, parseRole } from "../../../packages/baton/src/redis/replies.ts";
import { CommandTable } from "../../../packages/baton/src/router/commands.ts";
import { command } from "../../../packages/baton/src/router/primary.fixture.ts";
import { type Router, openRouter } from "../../../packages/baton/src/router/router.ts";
import {
  type Client,
  client,
  closeAll,
  routeTo,
  until,
} from "../../../packages/baton/src/router/sockets.fixture.ts";
import { type Clock, systemClock } from "../../../packages/baton/src/sys/clock.ts";
import { missing, seen, waitFor } from "../../../packages/baton/src/sys/wait.ts";
import { type RedisServer, startRedisServer } from "./redis-server.ts";

export const PRIMARY = { address: "127.107.1.1", port: 6379 };
const REPLICAS = [
  { address: "127.107.1.2", port: 6379 },
  { address: "127.107.1.3", port: 6379 },
] as const;
const NAMES = ["h2", "h3"];
/** As often as an agent tells in peace. */
const TOLD_MS = 500;

let servers: RedisServer[] = [];
let onPrimary: Door;
let onReplicas: Door[] = [];
let table: CommandTable;
let router: Router;
let telling: NodeJS.Timeout;
let present: Confirmations;
let aheadMs = 0;
const clock: Clock = { ...systemClock, monotonicMs: () => systemClock.monotonicMs() + aheadMs };

export const asked = (replicas: number): Confirmations => ({
  kind: "asked",
  replicas,
  names: NAMES.slice(0, replicas),
});
export const refused = (reason: string): Confirmations => ({ kind: "refused", reason });

export const theRouter = () => router;
/** As an agent, over and over. */
export function tell(next: Confirmations): void {
  present = next;
  router.setConfirmations(present);
}
/** The last word of an agent that is silent for so long by now. */
export function fallSilent(forMs: number): void {
  clearInterval(telling);
  router.setConfirmations(present);
  aheadMs = forMs;
}

/** Asks the primary itself. */
export const ask: Door["call"] = (words) => onPrimary.call(words);
/** Asks both replicas; the one that can be frozen comes last. */
export const askReplicas = (...words: readonly [string, ...string[]]): Promise<readonly unknown[]> =>
  Promise.all(onReplicas.map((door) => door.call(words)));
export const askSteadyReplica = (...words: readonly [string, ...string[]]): Promise<unknown> =>
  (onReplicas[0] ?? expect.fail("no replica")).call(words);

async function callsOfWait(): Promise<number> {
  const stats = parseInfo(await ask(["INFO", "commandstats"])).get("cmdstat_wait");
  return Number(/calls=(\d+)/.exec(stats ?? "")?.[1] ?? 0);
}

/** From here on this replica confirms nothing. */
export const freeze = () => servers[2]?.child.kill("SIGSTOP");
export const goOn = () => servers[2]?.child.kill("SIGCONT");

export async function untilBothFollow(): Promise<void> {
  const look = async () => {
    const role = parseRole(await ask(["ROLE"]));
    const count = role.kind === "primary" ? role.replicas.length : 0;
    const acknowledged = Number(await ask(["WAIT", "2", "100"]));
    return count === 2 && acknowledged === 2 ? seen(0) : missing(`${count}, ${acknowledged} of 2`);
  };
  await waitFor("both replicas to follow", look, { withinMs: 20_000, everyMs: 20 });
}

/** Twice from now on: the answer of the first time was there, and not enough. */
export async function untilAskedAgain(): Promise<void> {
  const before = await callsOfWait();
  const look = async () => {
    const more = (await callsOfWait()) - before;
    return more >= 2 ? seen(0) : missing(`${more} more WAITs`);
  };
  await waitFor("the router to ask again", look, { withinMs: 10_000, everyMs: 20 });
}

export async function untilBlocked(wanted: number): Promise<void> {
  const look = async () => {
    const found = Number(parseInfo(await ask(["INFO", "clients"])).get("blocked_clients"));
    return found === wanted ? seen(0) : missing(`${found} blocked`);
  };
  await waitFor(`${wanted} blocked clients`, look, { withinMs: 5_000, everyMs: 5 });
}

export async function connected(): Promise<Client & { send(...words: readonly string[]): void }> {
  const found = await client(router);
  return { ...found, send: (...words) => void found.socket.write(command(...words)) };
}
export const got = (one: Client, text: string): Promise<unknown> =>
  until(`the client to get ${JSON.stringify(text)}`, () => one.text() === text);

/** To be called once at the top of a test file. */
export function useDurableRouter(): void {
  beforeAll(async () => {
    const follow = ["--replicaof", PRIMARY.address, String(PRIMARY.port)];
    servers = [await startRedisServer({ ...PRIMARY, flags: ["--repl-diskless-sync-delay", "0"] })];
    for (const replica of REPLICAS) servers.push(await startRedisServer({ ...replica, flags: follow }));
    onPrimary = openDoor({ ...PRIMARY, commandMs: 5_000 });
    onReplicas = REPLICAS.map((replica) => openDoor({ ...replica, commandMs: 5_000 }));
    table = CommandTable.parse(await ask(["COMMAND"]));
  });
  afterAll(async () => {
    for (const door of [onPrimary, ...onReplicas]) door.close();
    await Promise.all(servers.map((server) => server.close()));
  });
  beforeEach(async () => {
    await ask(["FLUSHALL"]);
    await untilBothFollow();
    aheadMs = 0;
    const listen = { address: "127.107.1.9", port: 0 };
    router = await openRouter({ listen, holdMs: 10_000, holdSessions: 10, clock });
    router.learn(table.all());
    tell(asked(2));
    telling = setInterval(() => router.setConfirmations(present), TOLD_MS);
    router.setRoute(routeTo(PRIMARY));
  });
  afterEach(async () => {
    goOn();
    clearInterval(telling);
    await closeAll();
    await router.close();
  });
}
