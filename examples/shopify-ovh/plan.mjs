// The example as `run` plays it: two backends at the same time, one behind HAProxy and one behind Baton's
// router, each with merchants who log in, orders that are delivered, and people who look at pages.
import { randomBytes } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as timer } from "node:timers/promises";
import { ORDERS, TOTALS } from "./lib/webhooks.mjs";
import { startBalancer } from "./play/balancer.mjs";
import { openMerchants } from "./play/merchants.mjs";

/** Two questions to a Redis that does not answer, half a second each, and what else this machine does. */
const PAGE_MS_MAX = 2_000;
const BACKENDS = [
  { name: "haproxy", who: { logins: "logins by HAProxy", orders: "orders by HAProxy" } },
  { name: "router", who: { logins: "logins by the router", orders: "orders by the router" } },
];
const LED_MS = 20_000;

const seconds = (ms) => `${(ms / 1_000).toFixed(1)} s`;

/** It says at which port it listens. */
async function startBackend({ folder, start, signal }, { name, endpoint, secret }) {
  return await new Promise((resolve, reject) => {
    signal.addEventListener("abort", () => reject(signal.reason), { once: true });
    const backend = start(
      `by ${name}`,
      [process.execPath, join(folder, "server.mjs")],
      { LISTEN: "127.0.0.1:0", REDIS_ENDPOINT: endpoint, SHOPIFY_API_SECRET: secret },
      (line) => {
        const [, place] = /^listens at (\S+)$/.exec(line) ?? [];
        if (place !== undefined) resolve(`http://${place}`);
      },
    );
    void backend.ended.then((how) => reject(new Error(`the backend ended: ${how}`)));
  });
}

async function untilLed(balancer, signal, nowMs) {
  const deadlineMs = nowMs() + LED_MS;
  while (!balancer.present().isUp) {
    signal.throwIfAborted();
    if (nowMs() > deadlineMs) throw new Error(`HAProxy leads to ${balancer.present().place} and nobody`);
    await timer(50, undefined, { signal });
  }
}

/** Where HAProxy and the file lead after a step, by their own word. */
async function judgeTargets({ balancer, scratch, lab }, step) {
  const { atMs, canTell, to, limitMs, isPlanned } = step;
  // What went wrong before has been told.
  if (to === undefined) return [];
  const { address, redis } = lab.hosts.find(({ name }) => name === to);
  const wanted = `${address}:${redis.port}`;
  const { place, isUp, check } = balancer.present();
  // When a handover begins is up to the command; until it does, the old primary is the right one.
  const tookMs = isPlanned ? balancer.withoutMs(atMs) : balancer.upAfterMs(atMs, wanted);
  const isLed = isUp && place === wanted && tookMs !== undefined;
  const took = `${isLed ? seconds(tookMs) : "for ever"} without a primary`;
  const word = `HAProxy: ${place === wanted ? to : place} is ${isUp ? "UP" : "DOWN"} (${check})`;
  const file = JSON.parse(await readFile(join(scratch, "redis-primary.json"), "utf8"));
  return [
    {
      isKept: isLed && (tookMs <= limitMs || (canTell ? false : "unknown")),
      sentence: `${word}, ${took}; ${seconds(limitMs)} are allowed`,
    },
    {
      isKept: `${file.address}:${file.port}` === wanted,
      sentence: `the file names ${file.address === address ? to : file.address}, epoch ${file.epoch}`,
    },
  ];
}

/** What people saw; nobody can show a login that is among the lost ones, which have been counted. */
function judgePages(tallies, lost) {
  const pages = tallies.flatMap((tally) => tally.pages);
  const failed = pages.filter(({ status }) => status >= 500).length;
  const isLost = (id) => BACKENDS.some(({ who }) => lost.has(`${who.logins} ${id}`));
  const wrong = pages.filter(({ id, isRight }) => !isRight && !isLost(id)).length;
  const from = (word) => pages.filter((one) => one.from === word).length;
  const slowestMs = Math.max(0, ...pages.map(({ tookMs }) => tookMs));
  const slowest = `${(slowestMs / 1_000).toFixed(2)} s`;
  const rest = `${from("memory")} with a notice from memory, ${from("nowhere")} with a notice alone`;
  return [
    { isKept: failed === 0, sentence: `${failed} of ${pages.length} pages failed (5xx); ${rest}` },
    { isKept: pages.length > 0 && wrong === 0, sentence: `${wrong} pages were wrong` },
    {
      isKept: slowestMs <= PAGE_MS_MAX,
      sentence: `the slowest took ${slowest}, ${seconds(PAGE_MS_MAX)} are allowed`,
    },
  ];
}

/** The list has every order as often as it was taken, and the counters know how many were. */
async function judgeOrders(lab, tallies) {
  const host = await lab.whole(LED_MS);
  const orders = await lab.redis(host, "LRANGE", ORDERS, "0", "-1");
  const counts = await lab.redis(host, "HVALS", TOTALS);
  const counted = counts.reduce((sum, count) => sum + Number(count), 0);
  const twice = orders.length - new Set(orders).size;
  const delivered = tallies.reduce((sum, tally) => sum + tally.delivered, 0);
  const refused = tallies.reduce((sum, tally) => sum + tally.refused, 0);
  const there = `${orders.length} there, ${counted} counted, ${delivered} delivered`;
  const untrue = tallies.reduce((sum, tally) => sum + tally.wrong, 0);
  return [
    {
      isKept: orders.length > 0 && twice === 0 && counted === orders.length,
      sentence: `${twice} orders were done twice; ${there}`,
    },
    {
      isKept: untrue === 0,
      sentence: `${untrue} writes failed without an honest 503; ${refused} orders were asked for again`,
    },
  ];
}

export const plan = {
  needs: [
    { what: "HAProxy", command: ["/usr/sbin/haproxy", "-v"], hint: "sudo apt-get install haproxy" },
  ],
  build: () => [],
  steps: ["kill", "freeze", "switchover"],
  /** This run's own HAProxy and file: see clusterFile. */
  targets: true,
  /** The folders that a host has are led into one of this run's own. */
  async clusterFile({ folder, scratch }) {
    const file = join(scratch, "cluster.yml");
    const text = await readFile(join(folder, "cluster.yml"), "utf8");
    await writeFile(file, text.replaceAll(/\/(run\/haproxy|var\/lib\/(baton|shop))\//g, `${scratch}/`));
    return file;
  },
  async start(stage) {
    const { lab, ledger, nowMs, scratch } = stage;
    const balancer = await startBalancer(stage);
    await untilLed(balancer, stage.signal, nowMs);
    const { address, port } = lab.router;
    const endpoints = { haproxy: balancer.place, router: `${address}:${port}` };
    const secret = randomBytes(24).toString("hex");
    const over = new AbortController();
    const signal = AbortSignal.any([stage.signal, over.signal]);
    const merchants = [];
    for (const { name, who } of BACKENDS) {
      const origin = await startBackend(stage, { name, endpoint: endpoints[name], secret });
      merchants.push(openMerchants({ name, origin, ledger, secret, nowMs, who }));
    }
    const tallies = merchants.map(({ tally }) => tally);
    const trade = Promise.all(merchants.map((one) => one.run(signal))).catch((error) => error);
    return {
      writers: BACKENDS.flatMap(({ who }) => Object.values(who)),
      judge: async (step) => await judgeTargets({ balancer, scratch, lab }, step),
      async finish(lost) {
        over.abort();
        const error = await trade;
        if (error instanceof Error) throw error;
        return [...judgePages(tallies, lost), ...(await judgeOrders(lab, tallies))];
      },
    };
  },
  /** By writer: what is there at a node. */
  async kept(lab, host) {
    const orders = new Set(await lab.redis(host, "LRANGE", ORDERS, "0", "-1"));
    const kept = new Map();
    for (const { name, who } of BACKENDS) {
      const key = `shop:sessions-of:${name}.myshopify.com`;
      kept.set(who.logins, new Set(await lab.redis(host, "SMEMBERS", key)));
      kept.set(who.orders, orders);
    }
    return kept;
  },
};
