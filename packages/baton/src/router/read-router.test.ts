import { afterEach, expect, test } from "vitest";
import { openReadRouter, type ReadRouter, type ReadRouterOptions } from "./read-router.ts";
import type { ReadTarget } from "./reads.ts";
import {
  client,
  closeAll,
  echo,
  freePort,
  tlsOfRouters,
  until,
  upstream,
  type Upstream,
} from "./sockets.fixture.ts";

const routers: ReadRouter[] = [];
afterEach(async () => {
  for (const router of routers.splice(0)) await router.close();
  await closeAll();
});

async function readRouter(options: Partial<ReadRouterOptions> = {}): Promise<ReadRouter> {
  const listen = { address: "127.105.1.1", port: 0 };
  const bounds = { holdMs: 60_000, holdSessions: 10, fallback: "primary" as const };
  const opened = await openReadRouter({ listen, ...bounds, ...tlsOfRouters(), ...options });
  routers.push(opened);
  return opened;
}
const target = (node: string, { address, port }: Pick<Upstream, "address" | "port">): ReadTarget => ({
  node,
  endpoint: { address, port },
});
const offerOf = (replicas: readonly ReadTarget[], primary?: ReadTarget, reason = "none is fit") => ({
  replicas,
  primary,
  reason,
});
const both = async () => {
  const h2 = await upstream("127.105.1.2", echo);
  const h3 = await upstream("127.105.1.3", echo);
  return { h2, h3, t2: target("h2", h2), t3: target("h3", h3) };
};

test("spreads connections evenly, and one that ends makes room", async () => {
  const { t2, t3 } = await both();
  const router = await readRouter();
  router.offer(offerOf([t2, t3]));
  const clients = [];
  for (let index = 0; index < 6; index += 1) clients.push(await client(router));
  await until("six sessions", () => router.stats().sessions === 6);
  expect(router.stats()).toMatchObject({ sessionsByNode: { h2: 3, h3: 3 }, accepted: 6, replicas: 2 });
  for (const { socket } of clients) socket.destroy();
  await until("none to be left", () => router.stats().sessions === 0);
  expect(router.stats().sessionsByNode).toEqual({});
});

test("forwards what is said, both ways, and the end of it", async () => {
  const { t2 } = await both();
  const router = await readRouter();
  router.offer(offerOf([t2]));
  const one = await client(router);
  one.socket.end("hello");
  await until("the echo", () => one.text() === "hello" && one.socket.readableEnded);
});

test("cuts the sessions of a replica that is offered no longer, and nobody else's", async () => {
  const { t2, t3 } = await both();
  const router = await readRouter();
  router.offer(offerOf([t2]));
  const leaving = await client(router);
  await until("the session", () => router.stats().sessionsByNode["h2"] === 1);
  router.offer(offerOf([t2, t3]));
  const staying = await client(router);
  await until("the other", () => (router.stats().sessionsByNode["h3"] ?? 0) > 0);
  router.offer(offerOf([t3]));
  await until("the reset", () => leaving.error() === "ECONNRESET");
  staying.socket.write("still here");
  await until("an answer", () => staying.text() === "still here");
  expect(router.stats()).toMatchObject({ cut: 1, sessions: 1 });
});

test("a replica that takes no connection is passed over, and the primary is the last resort", async () => {
  const { t2, t3 } = await both();
  const dead = target("dead", { address: "127.105.1.9", port: await freePort("127.105.1.9") });
  const router = await readRouter();
  router.offer(offerOf([dead, t2], t3));
  for (let index = 0; index < 4; index += 1) await client(router);
  await until("all at the living one", () => router.stats().sessionsByNode["h2"] === 4);
  router.offer(offerOf([dead], t3));
  await client(router);
  await until("the primary", () => (router.stats().sessionsByNode["h3"] ?? 0) > 0);
});

test("with nothing to read from, a client waits for the next offer, and for so long only", async () => {
  const { t2, t3 } = await both();
  const router = await readRouter({ holdSessions: 1 });
  const patient = await client(router);
  patient.socket.write("early");
  await until("it to wait", () => router.stats().waiting === 1);
  const second = await client(router);
  await until("a refusal", () => second.text().startsWith("-TRYAGAIN 1 clients wait already"));
  router.offer(offerOf([], undefined));
  expect(router.stats().waiting).toBe(1);
  router.offer(offerOf([t2], t3));
  await until("what was sent early", () => patient.text() === "early");

  const hasty = await readRouter({ holdMs: 1 });
  const unlucky = await client(hasty);
  await until("its time to be over", () =>
    unlucky.text().includes("nothing for 1 ms: the router has just"),
  );
  expect(hasty.stats()).toMatchObject({ sessions: 0, waiting: 0, refused: 1 });
});

test("a client that gives up while it waits is forgotten, and its words are sent nowhere", async () => {
  const { h2, t2 } = await both();
  const router = await readRouter();
  const leaving = await client(router);
  leaving.socket.end("SET");
  await until(
    "it to be forgotten",
    () => router.stats().accepted === 1 && router.stats().sessions === 0,
  );
  router.offer(offerOf([t2]));
  expect(h2.sockets).toHaveLength(0);
});

test("told to refuse, it refuses at once, and says why", async () => {
  const { t3 } = await both();
  const router = await readRouter({ fallback: "refuse" });
  router.offer(offerOf([], t3, "no replica is connected to the primary h3"));
  const one = await client(router);
  const said = "-TRYAGAIN no replica is connected to the primary h3\r\n";
  await until("the refusal", () => one.text() === said);
});

test("one client too many is told so", async () => {
  const { t2 } = await both();
  const router = await readRouter({ sessionsMax: 1 });
  router.offer(offerOf([t2]));
  await client(router);
  await until("the first", () => router.stats().sessions === 1);
  const second = await client(router);
  await until("the refusal", () => second.text().startsWith("-TRYAGAIN 1 clients are connected"));
});

test("drained, it takes nobody new and waits for the last session, no longer than it is told", async () => {
  const { t2 } = await both();
  const router = await readRouter();
  router.offer(offerOf([t2]));
  const last = await client(router);
  await until("the session", () => router.stats().sessions === 1);
  const drained = router.drain(60_000);
  await expect(client(router)).rejects.toThrow("ECONNREFUSED");
  last.socket.write("on the way out");
  await until("the answer", () => last.text() === "on the way out");
  last.socket.end();
  await drained;

  const hasty = await readRouter();
  hasty.offer(offerOf([t2]));
  const cut = await client(hasty);
  await until("the session", () => hasty.stats().sessions === 1);
  await hasty.drain(1);
  await until("the reset", () => cut.error() === "ECONNRESET");
});
