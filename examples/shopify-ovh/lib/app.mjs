// What the backend answers to whom: pages always, writes when they are done, and otherwise the truth.
import { Cache } from "./cache.mjs";
import { Memory } from "./memory.mjs";
import { page } from "./page.mjs";
import { Session } from "./session.mjs";
import { RedisSessionStorage } from "./session-storage.mjs";
import { isGenuine, take, TOTALS } from "./webhooks.mjs";

const CATALOGUE_MS = 60_000;
const SHOP = /^[a-z0-9][a-z0-9-]{0,60}\.myshopify\.com$/;
const ID = /^[\w.-]{1,200}$/;
const LOGIN_MS = 24 * 60 * 60_000;

const text = (status, body, headers = {}) => ({ status, body, headers });
/** Said to programs; a page says `refresh`. */
const AGAIN = { "retry-after": "1" };

async function readFresh({ redis, cache, memory, catalogueOf }, shop) {
  const options = { idempotent: true, fallback: () => undefined };
  const [orders, catalogue] = await Promise.all([
    redis.pages.call(["HGET", TOTALS, shop], options),
    cache.read(`catalogue ${shop}`, { keepMs: CATALOGUE_MS, produce: () => catalogueOf(shop) }),
  ]);
  if (orders.kind !== "done") return { orders: memory.get(`orders ${shop}`), catalogue, from: "memory" };
  const count = orders.value ?? "0";
  memory.set(`orders ${shop}`, count);
  return { orders: count, catalogue, from: "redis" };
}

/** Redis has not answered for the session: a page does not wait for it a second time. */
async function readRemembered({ cache, memory, catalogueOf }, shop) {
  const produce = () => catalogueOf(shop);
  const catalogue = await cache.remembered(`catalogue ${shop}`, { keepMs: CATALOGUE_MS, produce });
  return { orders: memory.get(`orders ${shop}`), catalogue, from: "memory" };
}

/** A page for everybody, whatever becomes of Redis, and never an error. */
async function showShop(parts, [id]) {
  const { session, from } = await parts.storage.lookUp(id);
  if (from === "nowhere") return text(200, page({ from }), { refresh: "3", "x-from": from });
  if (session === undefined) return text(401, page({ from }), { "x-from": from });
  const { shop } = session;
  const read = from === "redis" ? readFresh : readRemembered;
  const shown = await read(parts, shop);
  return text(200, page({ shop, ...shown }), { "x-from": shown.from });
}

/** Stands for the end of OAuth, where Shopify's library stores the session: no address of a real app. */
async function signIn({ storage }, [id], { body }) {
  let shop;
  try {
    ({ shop } = JSON.parse(body.toString()));
  } catch {
    return text(400, "expected JSON with a shop\n");
  }
  if (!SHOP.test(shop)) return text(400, "expected a shop such as apples.myshopify.com\n");
  const expires = new Date(Date.now() + LOGIN_MS);
  await storage.storeSession(new Session({ id, shop, isOnline: true, expires, accessToken: "none" }));
  return text(204, "");
}

async function hearWebhook(parts, _words, { body, headers }) {
  if (!isGenuine(body, headers["x-shopify-hmac-sha256"], parts.secret))
    return text(401, "the signature is not Shopify's\n");
  const id = headers["x-shopify-webhook-id"] ?? "";
  const topic = headers["x-shopify-topic"] ?? "";
  const shop = headers["x-shopify-shop-domain"] ?? "";
  if (!ID.test(id) || !SHOP.test(shop)) return text(400, "expected X-Shopify-Webhook-Id and a shop\n");
  const outcome = await take(parts, { id, topic, shop });
  // What was never asked for is not asked for again, either.
  return text(200, `${JSON.stringify({ outcome: outcome ?? "not for us" })}\n`);
}

const metrics = ({ countLines }) =>
  text(200, `# TYPE shop_redis_calls_total counter\n${countLines().join("\n")}\n`);

/** For the balancer before the web hosts: without Redis every one of them is as good as the others. */
const isAlive = () => text(200, "alive\n");

const ROUTES = [
  { method: "GET", path: /^\/app\/([\w.-]{1,200})$/, answer: showShop },
  { method: "GET", path: /^\/healthz$/, answer: isAlive },
  { method: "GET", path: /^\/metrics$/, answer: metrics },
  { method: "POST", path: /^\/webhooks$/, answer: hearWebhook },
  { method: "PUT", path: /^\/sessions\/([\w.-]{1,200})$/, answer: signIn },
];

/** `catalogueOf`: a shop's products from Shopify, which is slow. `secret`: of the app, for webhooks. */
export function createApp({ redis, secret, catalogueOf, countLines, say }) {
  const memory = new Memory();
  const storage = new RedisSessionStorage({ redis, Session, memory: new Memory() });
  const cache = new Cache({ redis, memory });
  const parts = { redis, secret, catalogueOf, countLines, memory, storage, cache };
  /** @returns status, headers and body; it never rejects */
  return async ({ method, path, headers, body }) => {
    const route = ROUTES.find((one) => one.method === method && one.path.test(path));
    if (route === undefined) return text(404, "no such page\n");
    const [, ...words] = route.path.exec(path);
    try {
      return await route.answer(parts, words, { headers, body });
    } catch (error) {
      if (error.name === "NotWritten") {
        const { outcome, error: word } = error;
        return text(503, `${JSON.stringify({ outcome, error: word })}\n`, AGAIN);
      }
      say(`${method} ${route.path}: ${error.stack}`);
      return text(500, "this is our mistake\n");
    }
  };
}
