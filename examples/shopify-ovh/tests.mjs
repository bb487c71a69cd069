// Tests of the backend against a real Redis: `REDIS_ENDPOINT=ADDRESS:PORT REDIS_PASSWORD=... node --test
// tests.mjs`. Shops and ids are new in every run.
import assert from "node:assert/strict";
import { createHmac, randomBytes } from "node:crypto";
import { connect, createServer } from "node:net";
import { after, test } from "node:test";
import { createApp } from "./lib/app.mjs";
import { Memory } from "./lib/memory.mjs";
import { openRedis } from "./lib/redis.mjs";
import { Session } from "./lib/session.mjs";
import { RedisSessionStorage, Unavailable } from "./lib/session-storage.mjs";

const { REDIS_ENDPOINT: endpoint, REDIS_PASSWORD: password } = process.env;
const secret = "pears";
const opened = [];
after(() => {
  for (const one of opened) one.close();
});

function open(place = endpoint, word = password) {
  const redis = openRedis({ endpoint: place, password: word });
  opened.push(redis);
  return redis;
}

const freshShop = () => `t${randomBytes(8).toString("hex")}.myshopify.com`;
const storageOf = (redis) => new RedisSessionStorage({ redis, Session, memory: new Memory() });
const sessionOf = (shop, user, more = {}) =>
  new Session({ id: `${shop}_${user}`, shop, isOnline: true, accessToken: `token ${user}`, ...more });

function appOf(redis) {
  const told = [];
  const catalogueOf = async (shop) => `Apples of ${shop}`;
  const app = createApp({
    redis,
    secret,
    catalogueOf,
    countLines: () => [],
    say: (line) => told.push(line),
  });
  const ask = async (method, path, body = "", headers = {}) =>
    await app({ method, path, headers, body: Buffer.from(body) });
  const signed = (id, topic, shop, body = "{}") => ({
    "x-shopify-webhook-id": id,
    "x-shopify-topic": topic,
    "x-shopify-shop-domain": shop,
    "x-shopify-hmac-sha256": createHmac("sha256", secret).update(body).digest("base64"),
  });
  return { ask, signed, told };
}

/** Stands between a client and Redis, and can go away. */
async function startWire() {
  const [, host, port] = /^(.+):(\d+)$/.exec(endpoint);
  const sockets = new Set();
  let isCut = false;
  const server = createServer((near) => {
    const far = connect(Number(port), host);
    for (const socket of [near, far]) {
      sockets.add(socket);
      socket.on("error", () => undefined).once("close", () => sockets.delete(socket));
    }
    if (isCut) near.destroy();
    near.pipe(far).pipe(near);
    near.once("close", () => far.destroy());
    far.once("close", () => near.destroy());
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  opened.push({ close: () => server.close() });
  return {
    place: `127.0.0.1:${server.address().port}`,
    cut(wanted) {
      isCut = wanted;
      if (isCut) for (const socket of sockets) socket.destroy();
    },
  };
}

test("a session is stored, loaded as it was, found by its shop, and deleted", async () => {
  const storage = storageOf(open());
  const shop = freshShop();
  const expires = new Date(Date.now() + 60_000);
  const session = sessionOf(shop, 7, { expires, scope: "read_orders" });
  assert.equal(await storage.storeSession(session), true);
  assert.deepEqual(await storage.loadSession(session.id), session);
  assert.deepEqual(await storage.findSessionsByShop(shop), [session]);
  assert.equal(await storage.deleteSession(session.id), true);
  assert.equal(await storage.loadSession(session.id), undefined);
  assert.deepEqual(await storage.findSessionsByShop(shop), []);
  assert.equal(await storage.deleteSessions([]), true);
});

test("who stores at the same time loses nobody's session from the shop's list", async () => {
  const storages = [storageOf(open()), storageOf(open())];
  const shop = freshShop();
  const users = Array.from({ length: 60 }, (_, user) => user);
  await Promise.all(users.map((user) => storages[user % 2].storeSession(sessionOf(shop, user))));
  const found = await storages[0].findSessionsByShop(shop);
  assert.equal(found.length, users.length);
  await storages[1].deleteSessions(found.map(({ id }) => id));
  assert.deepEqual(await storages[0].findSessionsByShop(shop), []);
});

test("an expired session is nobody's, and leaves the list of its shop", async () => {
  const storage = storageOf(open());
  const shop = freshShop();
  const session = sessionOf(shop, 1, { expires: new Date(Date.now() - 1_000) });
  await storage.storeSession(session);
  assert.equal(await storage.loadSession(session.id), undefined);
  assert.deepEqual(await storage.findSessionsByShop(shop), []);
});

test("an order is taken once, however often it is delivered, and only with Shopify's signature", async () => {
  const { ask, signed } = appOf(open());
  const shop = freshShop();
  const headers = signed(`order-${shop}`, "orders/create", shop);
  const forged = {
    ...headers,
    "x-shopify-hmac-sha256": headers["x-shopify-hmac-sha256"].replace(/^../, "AA"),
  };
  assert.equal((await ask("POST", "/webhooks", "{}", forged)).status, 401);
  assert.equal((await ask("POST", "/webhooks", "{ }", headers)).status, 401);
  const answers = await Promise.all(
    Array.from({ length: 20 }, () => ask("POST", "/webhooks", "{}", headers)),
  );
  assert.deepEqual(new Set(answers.map(({ status }) => status)), new Set([200]));
  const done = answers.filter(({ body }) => JSON.parse(body).outcome === "done");
  assert.equal(done.length, 1);
  await ask("PUT", `/sessions/${shop}_1`, JSON.stringify({ shop }));
  assert.match((await ask("GET", `/app/${shop}_1`)).body, /<p>1<\/p>/);
});

test("a shop that has left has no sessions, and what nobody asked for is taken and left alone", async () => {
  const { ask, signed } = appOf(open());
  const shop = freshShop();
  for (const user of [1, 2]) await ask("PUT", `/sessions/${shop}_${user}`, JSON.stringify({ shop }));
  const other = await ask("POST", "/webhooks", "{}", signed("x1", "shop/update", shop));
  assert.deepEqual([other.status, JSON.parse(other.body).outcome], [200, "not for us"]);
  const left = signed(`left-${shop}`, "app/uninstalled", shop);
  for (const _ of [1, 2]) assert.equal((await ask("POST", "/webhooks", "{}", left)).status, 200);
  assert.equal((await ask("GET", `/app/${shop}_1`)).status, 401);
});

test("while Redis is away pages are shown with a notice, and writes say what became of them", async () => {
  const wire = await startWire();
  const redis = open(wire.place);
  const { ask, signed, told } = appOf(redis);
  const shop = freshShop();
  await ask("PUT", `/sessions/${shop}_1`, JSON.stringify({ shop }));
  assert.equal((await ask("GET", `/app/${shop}_1`)).headers["x-from"], "redis");
  wire.cut(true);
  for (let count = 0; count < 20; count += 1) {
    const known = await ask("GET", `/app/${shop}_1`);
    assert.deepEqual([known.status, known.headers["x-from"]], [200, "memory"]);
    assert.match(known.body, new RegExp(`role="status".*Orders of ${shop}.*Apples of ${shop}`, "s"));
    const stranger = await ask("GET", `/app/${shop}_2`);
    assert.deepEqual([stranger.status, stranger.headers["x-from"]], [200, "nowhere"]);
  }
  const wanted = [503, "1", "not done"];
  const isHonest = ({ status, headers, body }) =>
    assert.deepEqual([status, headers["retry-after"], JSON.parse(body).outcome], wanted);
  const headers = signed(`away-${shop}`, "orders/create", shop);
  const [order, login] = await Promise.all([
    ask("POST", "/webhooks", "{}", headers),
    ask("PUT", `/sessions/${shop}_3`, JSON.stringify({ shop })),
  ]);
  isHonest(order);
  isHonest(login);
  await assert.rejects(storageOf(redis).loadSession(`${shop}_1`), Unavailable);
  wire.cut(false);
  assert.equal((await ask("POST", "/webhooks", "{}", headers)).status, 200);
  assert.deepEqual(told, []);
});

test("with a wrong password there are pages and honest answers, too, and it is in none of them", async () => {
  const { ask, told } = appOf(open(endpoint, "wrong-and-secret"));
  const shop = freshShop();
  const page = await ask("GET", `/app/${shop}_1`);
  assert.deepEqual([page.status, page.headers["x-from"]], [200, "nowhere"]);
  const login = await ask("PUT", `/sessions/${shop}_1`, JSON.stringify({ shop }));
  const { outcome, error } = JSON.parse(login.body);
  assert.deepEqual([login.status, outcome, error], [503, "not done", "WRONGPASS"]);
  assert.doesNotMatch(JSON.stringify([page, login, told]), /secret/);
});

test("what is no request of ours is refused, and a shop's name is text and nothing else", async () => {
  const { ask, signed } = appOf(open());
  assert.equal((await ask("GET", "/nowhere")).status, 404);
  assert.equal((await ask("PUT", "/sessions/a", "no JSON")).status, 400);
  assert.equal(
    (await ask("PUT", "/sessions/a", JSON.stringify({ shop: "<b>.myshopify.com" }))).status,
    400,
  );
  const headers = signed("a b", "orders/create", freshShop());
  assert.equal((await ask("POST", "/webhooks", "{}", headers)).status, 400);
});
