// The example as `run` plays it: a shop with visitors and an editor, through everything that may happen to
// the primary. SHOP_REDIS=usual takes the usual recipe instead, and SHOP_STEPS=freeze other steps, for the
// figures of before.
import { openShop, WORDPRESS } from "./shop.mjs";
import { openDoors, openRecord } from "./visitors.mjs";

const isUsual = process.env.SHOP_REDIS === "usual";
const steps = process.env.SHOP_STEPS?.split(",") ?? ["kill", "freeze", "partition", "switchover"];
/**
 * What a page may take longer than the slowest one before anything broke: less than the 2.8 s that Sentinels
 * take to notice, so that no page can have waited for a failover, and enough for a machine that is busy.
 */
const SLOWER_MS_MAX = 2_500;

const EXTENSIONS = "exit(array_diff(['mysqli', 'redis', 'apcu'], get_loaded_extensions()) ? 1 : 0);";

const seconds = (ms) => `${(ms / 1_000).toFixed(2)} s`;
const slowestOf = (pages) =>
  pages.reduce((slowest, one) => (one.tookMs > slowest.tookMs ? one : slowest), { tookMs: 0 });

/** Of the pages that came in a step. */
function judgePages(pages, { limitMs, canTell }) {
  const failed = pages.filter(({ problem }) => problem !== undefined);
  const old = pages.filter((one) => one.old !== undefined);
  const slowest = slowestOf(pages);
  const first = (of, word) => (of.length === 0 ? "" : `, the first: ${of[0].page} ${of[0][word]}`);
  const isInTime = slowest.tookMs <= limitMs;
  const took = seconds(slowest.tookMs);
  return [
    {
      isKept: pages.length > 0 && failed.length === 0,
      sentence: `${failed.length} of ${pages.length} pages failed${first(failed, "problem")}`,
    },
    {
      isKept: isInTime || canTell ? isInTime : "unknown",
      sentence: `the slowest page (${slowest.page}) took ${took}, ${seconds(limitMs)} are allowed`,
    },
    {
      isKept: old.length === 0,
      sentence: `${old.length} pages showed something old${first(old, "old")}`,
    },
  ];
}

/** What would otherwise be easy: a shop that never noticed, or one that never uses Redis. */
function judgeUse(pages, failures) {
  const hangs = steps.includes("freeze");
  const count = (from) => pages.filter((one) => one.from === from).length;
  const [redis, database] = [count("redis"), count("database")];
  return [
    { isKept: failures > 0 || !hangs, sentence: `pages found Redis away ${failures} times` },
    {
      isKept: redis > 0 && (database > 0 || !hangs),
      sentence: `${redis} carts were shown from Redis, ${database} from the database`,
    },
  ];
}

/** Fatal errors and warnings that no visitor has seen. */
function judgeLog(text) {
  const lines = text.split("\n").filter((line) => /PHP (Fatal|Parse|Warning|Recoverable)/.test(line));
  const first = lines.length === 0 ? "" : `, the first: ${lines[0]}`;
  return { isKept: lines.length === 0, sentence: `PHP complained ${lines.length} times${first}` };
}

let shop;

export const plan = {
  needs: [
    {
      what: "WordPress",
      command: ["test", "-e", `${WORDPRESS}/wp-load.php`],
      hint: "sudo apt-get install php-fpm nginx wordpress",
    },
    {
      what: "MariaDB",
      command: ["test", "-x", "/usr/sbin/mariadbd"],
      hint: "sudo apt-get install mariadb-server-core mariadb-client",
    },
    {
      what: "a PHP extension of mysqli, redis, apcu",
      command: ["/usr/bin/php", "-r", EXTENSIONS],
      hint: "sudo apt-get install php-mysql php-redis php-apcu",
    },
    { what: "nginx", command: ["test", "-x", "/usr/sbin/nginx"], hint: "sudo apt-get install nginx" },
  ],
  build: () => [],
  steps,
  async start(stage) {
    const { ledger, nowMs } = stage;
    shop = await openShop(stage, { isUsual });
    const record = openRecord(nowMs);
    const over = new AbortController();
    const signal = AbortSignal.any([stage.signal, over.signal]);
    const traffic = openDoors({ ...shop, record, ledger, signal }).catch((error) => error);
    let limitMs;
    return {
      writers: ["cart", "order"],
      /** What the runner asks before it breaks something. */
      begin() {
        limitMs ??= SLOWER_MS_MAX + slowestOf(record.pages).tookMs;
      },
      judge({ atMs, canTell }) {
        const pages = [...record.pages, ...record.waiting()].filter(({ endedMs }) => endedMs > atMs);
        return judgePages(pages, { limitMs, canTell });
      },
      async finish() {
        over.abort();
        const error = await traffic;
        if (error instanceof Error) throw error;
        const use = judgeUse(record.pages, Number(await shop.failures()));
        return [...use, judgeLog(await shop.said())];
      },
    };
  },
  /** By writer: what is there. Carts and orders are in the database, copies of the sessions at the nodes. */
  async kept(lab, host) {
    const carts = await shop.sql("SELECT data FROM wp_shop_sessions");
    const orders = await shop.sql(
      "SELECT post_title, post_content FROM wp_posts WHERE post_type = 'shop_order'",
    );
    const lines = [...carts, ...orders].flatMap((line) => [...line.matchAll(/"(\w+-line\d+)":\{/g)]);
    const sessions = await lab.redis(host, "--scan", "--pattern", "session:*");
    return new Map([
      ["cart", new Set(lines.map(([, line]) => line))],
      ["order", new Set(orders.map((line) => line.split("\t")[0]))],
      ["sessions", new Set(sessions)],
    ]);
  },
};
