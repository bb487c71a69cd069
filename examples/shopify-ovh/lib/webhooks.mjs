// What Shopify tells the app: each message is done once, however often it is delivered.
import { createHmac, timingSafeEqual } from "node:crypto";
import { valueOf } from "./redis.mjs";

export const ORDERS = "shop:orders";
export const TOTALS = "shop:orders-of";
/** Longer than Shopify goes on delivering what nobody has taken. */
const SEEN_MS = 3 * 24 * 60 * 60_000;
const ORDERS_MAX = 10_000;
/** Shopify waits 5 s for an answer, and delivers again where there is none or a bad one. */
const ANSWER_MS = 4_000;

/**
 * The mark and the work in one script: with the mark first, an order whose process died in between would
 * never be done; with the work first, it would be done twice. They are replicated together, too.
 */
const ONCE = `
if not redis.call("SET", KEYS[1], "1", "NX", "PX", ARGV[1]) then return 0 end
redis.call("RPUSH", KEYS[2], ARGV[2])
redis.call("LTRIM", KEYS[2], -tonumber(ARGV[3]), -1)
redis.call("HINCRBY", KEYS[3], ARGV[4], 1)
return 1`;

/** Over the bytes as they came: a body that was parsed and written again is another one. */
export function isGenuine(body, signature, secret) {
  const wanted = createHmac("sha256", secret).update(body).digest();
  const given = Buffer.from(signature ?? "", "base64");
  return given.length === wanted.length && timingSafeEqual(given, wanted);
}

/** An order, by the id of its message. @returns "done", or "done before". @throws NotWritten */
async function takeOrder({ redis }, { id, shop }) {
  const keys = [`shop:seen:${id}`, ORDERS, TOTALS];
  const words = ["EVAL", ONCE, "3", ...keys, String(SEEN_MS), id, String(ORDERS_MAX), shop];
  const options = { idempotent: true, retryForMs: ANSWER_MS };
  return valueOf(await redis.writes.call(words, options)) === 1 ? "done" : "done before";
}

/** The tokens of a shop that has left are of no use to anybody, and twice gone is gone. */
async function forgetShop({ storage }, { shop }) {
  const sessions = await storage.findSessionsByShop(shop);
  await storage.deleteSessions(sessions.map(({ id }) => id));
  return "done";
}

const TOPICS = { "orders/create": takeOrder, "app/uninstalled": forgetShop };

/** @returns what became of it; undefined for a topic that nobody asked for. @throws NotWritten */
export async function take(parts, { topic, id, shop }) {
  return Object.hasOwn(TOPICS, topic) ? await TOPICS[topic](parts, { id, shop }) : undefined;
}
