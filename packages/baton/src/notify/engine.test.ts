// All of an agent's notices together: channels that are slow, far sides that refuse, storms, restarts.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { z } from "zod";
import type { ChannelPlan } from "../cluster/types.ts";
import type { Problem } from "../decide/types.ts";
import { HandClock } from "../sys/hand-clock.fixture.ts";
import { type ChannelKind, type Message, Undeliverable } from "./channel.ts";
import { type NoticeEngine, openNotices } from "./engine.ts";
import type { Notes } from "./notes.ts";
import type { NoticeNews, Outcome } from "./state.ts";

let folder: string;
let clock: HandClock;
const engines: NoticeEngine[] = [];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "baton-notices-"));
  clock = new HandClock();
});
afterEach(async () => {
  for (const one of engines.splice(0)) await one.close();
  await rm(folder, { recursive: true });
});

/** Nobody else is there. */
const emptyNotes: Notes = {
  read: () => Promise.resolve({ claim: undefined, record: undefined }),
  claim: (_place, claim) => Promise.resolve({ claim, record: undefined }),
  release: () => Promise.resolve(),
  write: () => Promise.resolve(true),
};

interface Sent extends Message {
  readonly channel: string;
  readonly atMs: number;
}

type Behaviour = (message: Message, signal: AbortSignal) => Promise<void>;
const taken: Behaviour = () => Promise.resolve();
const stalls: Behaviour = (_message, signal) =>
  new Promise((_resolve, reject) => {
    signal.addEventListener("abort", () => reject(signal.reason as Error));
  });

interface Bench {
  readonly engine: NoticeEngine;
  readonly sent: Sent[];
  readonly counted: string[];
  readonly news: NoticeNews[];
  readonly published: string[];
  opened: number;
  see(group: string, problems?: readonly Problem[]): void;
  /** A turn of each of them every half a second. */
  pass(ms: number, look: () => void): Promise<void>;
}

async function bench(
  behaviours: Readonly<Record<string, Behaviour>>,
  groups: readonly string[] = ["main"],
): Promise<Bench> {
  const sent: Sent[] = [];
  const counted: string[] = [];
  const news: NoticeNews[] = [];
  const published: string[] = [];
  const kind: ChannelKind = {
    id: "fake",
    summary: "a far side in a test's hand",
    tier: "real",
    facts: { shown: "", twice: "", credential: "" },
    updates: () => true,
    settings: z.looseObject({}),
    open: (_settings, { name }) => {
      own.opened += 1;
      return Promise.resolve({
        deadlineMs: 5_000,
        async send(message, signal) {
          await behaviours[name]?.(message, signal);
          sent.push({ ...message, channel: name, atMs: clock.monotonicMs() });
          return { message: String(sent.length) };
        },
      });
    },
  };
  const plans = Object.keys(behaviours).map((name): ChannelPlan => {
    const common = { severityMin: "info", settleMs: 10_000, drills: false } as const;
    return { name, kind: "fake", ...common, settings: {} };
  });
  const engine = await openNotices({
    plans,
    cluster: "shop",
    host: "h1",
    agents: ["h1", "h2", "h3"],
    groups,
    stateDirectory: folder,
    clock,
    notes: emptyNotes,
    publish: (_group, message) => void published.push(message),
    readSecret: () => Promise.resolve(""),
    write: (one) => void news.push(one),
    count: (channel: string, outcome: Outcome) => void counted.push(`${channel} ${outcome}`),
    kinds: [kind],
  });
  engines.push(engine);
  const own: Bench = {
    engine,
    sent,
    counted,
    news,
    published,
    opened: 0,
    see: (group, problems = []) =>
      engine.see({
        group,
        nowMs: clock.monotonicMs(),
        wallMs: clock.wallMs(),
        epochBefore: 7,
        hasPrimary: true,
        problems,
        incidents: [],
        drill: undefined,
        switchover: undefined,
        isDoubtful: false,
      }),
    async pass(ms, look) {
      for (let leftMs = ms; leftMs > 0; leftMs -= 500) {
        look();
        await clock.pass(500);
      }
    },
  };
  return own;
}

const silent: readonly Problem[] = [
  { code: "sentinel-silent", severity: "warning", message: "the Sentinel on h3 does not answer" },
];
const shown = ({ sent }: Bench) =>
  sent.map(({ channel, as, number, notice }) => `${channel} ${as} ${number} ${notice.group}`);

test("a problem that lasts is one message, and its end another; one that does not is none", async () => {
  const own = await bench({ ops: taken });
  await own.pass(8_000, () => own.see("main", silent));
  await own.pass(60_000, () => own.see("main"));
  expect(own.sent).toEqual([]);
  await own.pass(30_000, () => own.see("main", silent));
  expect(shown(own)).toEqual(["ops open 0 main"]);
  await own.pass(30_000, () => own.see("main"));
  expect(shown(own)).toEqual(["ops open 0 main", "ops close 1 main"]);
  expect(own.sent[1]?.reference).toEqual({ message: "1" });
  expect(own.counted).toEqual(["ops sent", "ops sent"]);
});

test("one that is back within minutes is the same notice; an hour later it is another", async () => {
  const own = await bench({ ops: taken });
  const again = async (calmMs: number) => {
    await own.pass(60_000, () => own.see("main", silent));
    await own.pass(calmMs, () => own.see("main"));
  };
  await again(120_000);
  await again(3_600_000);
  await again(60_000);
  expect(shown(own)).toEqual([
    "ops open 0 main",
    "ops close 1 main",
    "ops open 2 main",
    "ops close 3 main",
    "ops open 0 main",
    "ops close 1 main",
  ]);
  const threads = own.sent.map(({ thread }) => thread);
  expect(new Set(threads.slice(0, 4)).size).toBe(1);
  expect(threads[4]).not.toBe(threads[0]);
}, 60_000);

test("a channel that hangs delays no other, and is given up in the end with a word of it", async () => {
  const own = await bench({ fast: taken, hanging: stalls });
  await own.pass(12_000, () => own.see("main", silent));
  expect(shown(own)).toEqual(["fast open 0 main"]);
  await own.pass(400_000, () => own.see("main", silent));
  expect(own.counted.filter((one) => one === "hanging retried")).toHaveLength(7);
  expect(own.counted.filter((one) => one === "hanging failed")).toHaveLength(1);
  const [failed] = own.news.filter(({ kind }) => kind === "failed");
  expect(failed?.sentence).toMatch(/^channel hanging: given up: ".*": no end within 5000 ms$/);
  expect(own.engine.state().find(({ name }) => name === "hanging")).toMatchObject({ groups: ["main"] });
  // Nothing goes on for ever.
  const before = own.counted.length;
  await own.pass(600_000, () => own.see("main", silent));
  expect(own.counted.slice(before)).toEqual([]);
}, 60_000);

test("what will never be taken is tried once, and its credentials are read again with the next", async () => {
  let isRefusing = true;
  const own = await bench({
    ops: () => (isRefusing ? Promise.reject(new Undeliverable("refused with 400")) : Promise.resolve()),
  });
  await own.pass(30_000, () => own.see("main", silent));
  expect(own.counted).toEqual(["ops failed"]);
  expect(own.engine.state()[0]).toMatchObject({ lastError: "refused with 400", groups: ["main"] });
  isRefusing = false;
  const worse: Problem = { code: "too-few-replicas", severity: "error", message: "too few" };
  await own.pass(30_000, () => own.see("main", [worse, ...silent]));
  expect(shown(own)).toEqual(["ops open 0 main"]);
  expect(own.engine.state()[0]).toMatchObject({ lastError: undefined, groups: [] });
});

test("a storm is ten messages and one that says what was left out; all that was sent is ended", async () => {
  const groups = Array.from({ length: 40 }, (_, index) => `g${index}`);
  const own = await bench({ ops: taken }, groups);
  const look = (problems?: readonly Problem[]) => () =>
    groups.forEach((group) => own.see(group, problems));
  await own.pass(40_000, look(silent));
  const opened = own.sent.filter(({ as }) => as === "open");
  expect(opened.filter(({ notice }) => notice.group !== "")).toHaveLength(10);
  const summaries = opened.filter(({ notice }) => notice.group === "");
  expect(summaries.map(({ notice }) => notice.title)).toEqual([
    "30 more notices were left out: at most 10 at once and one more every 20 s",
  ]);
  expect(own.counted.filter((one) => one === "ops left-out")).toHaveLength(30);
  await own.pass(60_000, look());
  expect(own.sent.filter(({ as }) => as === "close")).toHaveLength(11);
  expect(own.engine.state()[0]).toMatchObject({ waiting: 0, leftOut: 0 });
}, 60_000);

test("an agent that was restarted ends what it has opened, on the same thread", async () => {
  const before = await bench({ ops: taken });
  await before.pass(30_000, () => before.see("main", silent));
  await before.engine.close();
  engines.splice(0);
  const after = await bench({ ops: taken });
  await after.pass(30_000, () => after.see("main"));
  expect(shown(after)).toEqual(["ops close 1 main"]);
  expect(after.sent[0]?.thread).toBe(before.sent[0]?.thread);
  expect(after.sent[0]?.reference).toEqual({ message: "1" });
});

test("a host that is not to send sends nothing, and a message that is none is passed over", async () => {
  const own = await bench({ ops: taken });
  for (const text of [
    "main",
    "notice ",
    "notice {}",
    `notice ${"x".repeat(30_000)}`,
    'notice {"kind":"sent"}',
  ])
    own.engine.hear(text);
  await own.pass(2_000, () => own.see("main"));
  expect(own.sent).toEqual([]);
  expect(own.published).toEqual([]);
});
