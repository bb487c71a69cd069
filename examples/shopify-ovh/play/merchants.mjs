// Merchants who log in, orders that Shopify tells of, and people who look at pages, all at one backend.
import { createHmac } from "node:crypto";
import { setTimeout as timer } from "node:timers/promises";

const PAUSE_MS = 50;
const ANSWER_MS = 20_000;
/** Shopify would wait longer. */
const AGAIN_MS = 200;
/** Every so many messages one is delivered twice all the same; every so many pages is a stranger's. */
const TWICE_EVERY = 5;
const STRANGER_EVERY = 8;

async function send(url, options) {
  const response = await fetch(url, { ...options, signal: AbortSignal.timeout(ANSWER_MS) });
  return { status: response.status, headers: response.headers, body: await response.text() };
}

async function repeat(signal, once) {
  for (let number = 1; !signal.aborted; number += 1) {
    await once(number);
    await timer(PAUSE_MS, undefined, { signal }).catch(() => undefined);
  }
}

/** What was not done was told so, with when to try again. */
const isHonest = ({ status, headers }) => status === 503 && headers.get("retry-after") !== null;

/** `name` is a word; the shop and all ids are called after it. `ledger`: who was told what, by `who`. */
export function openMerchants({ name, origin, ledger, secret, nowMs, who }) {
  const shop = `${name}.myshopify.com`;
  const tally = { pages: [], delivered: 0, refused: 0, wrong: 0 };
  const signedIn = [];

  async function signIn(number) {
    const id = `${name}_${number}`;
    const answer = await send(`${origin}/sessions/${id}`, {
      method: "PUT",
      body: JSON.stringify({ shop }),
    });
    if (answer.status === 204) {
      ledger.add(who.logins, "done", id);
      signedIn.push(id);
      return;
    }
    if (!isHonest(answer)) tally.wrong += 1;
    const { outcome, error } = JSON.parse(answer.body);
    ledger.add(who.logins, outcome, id, error);
  }

  async function deliverOnce(id) {
    const body = JSON.stringify({ id, total_price: "12.00" });
    const signature = createHmac("sha256", secret).update(body).digest("base64");
    const headers = {
      "x-shopify-topic": "orders/create",
      "x-shopify-shop-domain": shop,
      "x-shopify-webhook-id": id,
      "x-shopify-hmac-sha256": signature,
    };
    tally.delivered += 1;
    return await send(`${origin}/webhooks`, { method: "POST", body, headers });
  }

  /** Again and again until it is taken, as Shopify does. */
  async function deliver(number, signal) {
    const id = `${name}-order-${number}`;
    for (let attempt = 1; !signal.aborted; attempt += 1) {
      const answer = await deliverOnce(id);
      if (answer.status === 200) break;
      tally.refused += 1;
      if (!isHonest(answer)) tally.wrong += 1;
      const { outcome, error } = JSON.parse(answer.body);
      // Delivered again it will be there: what was refused was this attempt.
      ledger.add(who.orders, outcome, `${id}#${attempt}`, error);
      await timer(AGAIN_MS, undefined, { signal }).catch(() => undefined);
    }
    if (signal.aborted) return;
    ledger.add(who.orders, "done", id);
    if (number % TWICE_EVERY === 0) await deliverOnce(id);
  }

  async function look(number) {
    const id = number % STRANGER_EVERY === 0 ? undefined : signedIn.at(-1 - (number % 20));
    const sentMs = nowMs();
    const answer = await send(`${origin}/app/${id ?? `nobody_${number}`}`);
    const from = answer.headers.get("x-from");
    const isKnown = answer.status === 200 && answer.body.includes(`Orders of ${shop}`);
    const isAsked = from === "nowhere" && answer.status === 200;
    const isRight = id === undefined ? isAsked || answer.status === 401 : isKnown || isAsked;
    const { status } = answer;
    tally.pages.push({ id, status, from, isRight, tookMs: nowMs() - sentMs });
  }

  return {
    tally,
    run: (signal) =>
      Promise.all([
        repeat(signal, signIn),
        repeat(signal, (number) => deliver(number, signal)),
        repeat(signal, look),
      ]),
  };
}
