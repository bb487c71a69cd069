// The example as `run` plays it: the service runs all the time; somebody writes notes, and somebody else
// reads pages.
import { join } from "node:path";

const PAUSE_MS = 50;
/** One attempt of the recipe: Sentinels, connecting, the command; and what else this machine does. */
const PAGE_MS_MAX = 2_000;
/**
 * A replica is asked. What it had not yet heard when its primary went away it gets when it follows the next
 * one: after a failover, and no earlier.
 */
const READ_AFTER_MS = 10_000;
const ANSWER_MS = 20_000;

const pause = () => new Promise((resolve) => setTimeout(resolve, PAUSE_MS));

async function put({ origin, ledger }, id) {
  const signal = AbortSignal.timeout(ANSWER_MS);
  const answer = await fetch(`${origin}/notes/${id}`, { method: "PUT", body: `note ${id}`, signal });
  const text = await answer.text();
  if (answer.status === 204) return ledger.add("PUT", "done", id);
  const { outcome, error } = JSON.parse(text);
  return ledger.add("PUT", outcome, id, error);
}

/** What is read has been written ten seconds ago or more. */
async function get({ origin, ledger, pages, nowMs }) {
  const old = ledger.entries.filter(
    ({ outcome, atMs }) => outcome === "done" && atMs < nowMs() - READ_AFTER_MS,
  );
  const wanted = old.at(-1);
  if (wanted === undefined) return;
  const sentMs = nowMs();
  const answer = await fetch(`${origin}/notes/${wanted.id}`, { signal: AbortSignal.timeout(ANSWER_MS) });
  const text = await answer.text();
  const isRight = answer.status === 200 && text === `note ${wanted.id}`;
  const from = answer.headers.get("x-from");
  const ageMs = sentMs - wanted.atMs;
  pages.push({ id: wanted.id, isRight, ageMs, tookMs: nowMs() - sentMs, status: answer.status, from });
}

/** "a-12, written 2.1 s before: 404" */
const told = ({ id, ageMs, status, from }) =>
  `${id}, written ${(ageMs / 1_000).toFixed(1)} s before: ${status}${from === null ? "" : ` from ${from}`}`;

async function repeat(signal, once) {
  for (let number = 1; !signal.aborted; number += 1) {
    await once(number);
    await pause();
  }
}

/** The service says at which port it listens. */
async function startService({ folder, start, signal }) {
  return await new Promise((resolve, reject) => {
    signal.addEventListener("abort", () => reject(signal.reason), { once: true });
    const service = start(
      "service",
      [join(folder, "service.py")],
      { LISTEN: "127.0.0.1:0", PYTHONDONTWRITEBYTECODE: "1" },
      (line) => {
        const [, place] = /listens at (\S+)$/.exec(line) ?? [];
        if (place !== undefined) resolve(`http://${place}`);
      },
    );
    void service.ended.then((how) => reject(new Error(`the service ended: ${how}`)));
  });
}

/** Nobody can show a note that is among the lost ones, which have been counted. */
function judgePages(pages, lost) {
  const wrong = pages.filter(({ id, isRight }) => !isRight && !lost.has(`PUT ${id}`));
  const first = wrong.length === 0 ? "" : ` (${told(wrong[0])})`;
  const slowestMs = Math.max(0, ...pages.map(({ tookMs }) => tookMs));
  const remembered = pages.filter(({ from }) => from === "memory").length;
  const slowest = `the slowest of ${pages.length} pages took ${(slowestMs / 1_000).toFixed(2)} s`;
  return [
    {
      isKept: pages.length > 0 && wrong.length === 0,
      sentence:
        `${wrong.length} of ${pages.length} pages missing or wrong${first}; ` +
        `${remembered} came from memory`,
    },
    { isKept: slowestMs <= PAGE_MS_MAX, sentence: `${slowest}, ${PAGE_MS_MAX / 1_000} s are allowed` },
  ];
}

export const plan = {
  needs: [
    {
      what: "redis-py",
      command: ["/usr/bin/python3", "-c", "import redis"],
      hint: "sudo apt-get install python3-redis",
    },
  ],
  build: () => [],
  steps: ["kill", "partition", "switchover"],
  async start(stage) {
    const { ledger, nowMs } = stage;
    const origin = await startService(stage);
    const pages = [];
    const over = new AbortController();
    const signal = AbortSignal.any([stage.signal, over.signal]);
    const traffic = Promise.all([
      repeat(signal, (number) => put({ origin, ledger }, `a-${number}`)),
      repeat(signal, (number) => put({ origin, ledger }, `b-${number}`)),
      repeat(signal, () => get({ origin, ledger, pages, nowMs })),
    ]).catch((error) => error);
    return {
      writers: ["PUT"],
      async finish(lost) {
        over.abort();
        const error = await traffic;
        if (error instanceof Error) throw error;
        return judgePages(pages, lost);
      },
    };
  },
  /** By writer: what is there at a node. */
  async kept(lab, host) {
    return new Map([["PUT", new Set(await lab.redis(host, "HKEYS", "notes"))]]);
  },
};
