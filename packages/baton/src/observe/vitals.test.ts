import { expect, test } from "vitest";
import { at } from "../decide/world.fixture.ts";
import { vitalQuestions, vitalsOf } from "./node-vitals.ts";
import { openVitals } from "./vitals.ts";

const STATS = "# Stats\r\ntotal_connections_received:9\r\nsync_full:3\r\nsync_partial_ok:1\r\n";
const MEMORY = "used_memory:900\r\nmaxmemory:2000\r\nmem_not_counted_for_evict:100\r\n";
const PERSISTENCE =
  "loading:0\r\nrdb_last_bgsave_status:err\r\naof_enabled:1\r\n" +
  "aof_last_bgrewrite_status:ok\r\naof_last_write_status:ok\r\n";
const NAMES = ["maxmemory", "appendonly"] as const;
const where = { node: "h1", atMs: 7 };
const healthy: readonly unknown[] = [
  STATS,
  MEMORY,
  PERSISTENCE,
  ["maxmemory", "2000"],
  ["appendonly", "yes"],
];

test("reads resyncs, memory without buffers, both kinds of persistence, and settings", () => {
  expect(vitalQuestions(NAMES)).toHaveLength(healthy.length);
  expect(vitalsOf(where, healthy, NAMES)).toEqual({
    ...where,
    fullResyncs: 3,
    usedBytes: 800,
    maxBytes: 2_000,
    isSnapshotOk: false,
    isAppendOnlyOk: true,
    settings: { maxmemory: "2000", appendonly: "yes" },
  });
});

test("a file that cannot be written is not ok, whatever its last rewrite was", () => {
  const failing = PERSISTENCE.replace("aof_last_write_status:ok", "aof_last_write_status:err");
  expect(vitalsOf(where, healthy.with(2, failing), NAMES).isAppendOnlyOk).toBe(false);
  const none = PERSISTENCE.replace("aof_enabled:1", "aof_enabled:0");
  expect(vitalsOf(where, healthy.with(2, none), NAMES)).not.toHaveProperty("isAppendOnlyOk");
});

test.each([
  ["refusals", new Error("NOPERM this user has no permissions")],
  ["no text", 17],
  ["nothing", null],
  ["lists", [["sync_full", "3"], 4, {}]],
  ["another setting", ["requirepass", "secret"]],
  ["a value without end", ["maxmemory", "9".repeat(100_000)]],
  ["numbers beyond all bounds", `sync_full:${"9".repeat(30)}\r\nused_memory:-1\r\nmaxmemory:1e9\r\n`],
])("answers that are %s leave out what they stand for", (_what, reply) => {
  const found = vitalsOf(
    where,
    healthy.map(() => reply),
    NAMES,
  );
  expect(found).toEqual({ ...where, settings: {} });
});

function stage(settings: readonly string[] = NAMES) {
  let nowMs = 100_000;
  const asked: string[][] = [];
  const answers: { settle(replies: readonly unknown[] | Error): void }[] = [];
  const batch = (questions: readonly (readonly [string, ...string[]])[]) => {
    asked.push(questions.map((words) => words.join(" ")));
    return new Promise<readonly unknown[]>((resolve, reject) => {
      answers.push({ settle: (said) => (said instanceof Error ? reject(said) : resolve(said)) });
    });
  };
  const vitals = openVitals({
    group: { nodes: [{ id: "h1", host: "h1", zone: "a", ...at("h1") }] },
    doorOf: (node) => (node === "h1" ? { batch } : undefined),
    settings,
    clock: { monotonicMs: () => nowMs },
    random: () => 0.5,
  });
  const turn = async (passedMs: number, said?: readonly unknown[] | Error, isThere = true) => {
    nowMs += passedMs;
    vitals.askWhoeverIsDue(() => isThere);
    if (said !== undefined) answers.shift()?.settle(said);
    for (let round = 0; round < 5; round += 1) await Promise.resolve();
  };
  return { vitals, asked, turn };
}

test("a node is asked every 10 s, its settings once a minute, and they are kept in between", async () => {
  const { vitals, asked, turn } = stage();
  await turn(0, healthy);
  for (let second = 1; second < 60; second += 1) await turn(1_000, healthy.slice(0, 3));
  expect(asked.map((words) => words.length)).toEqual([5, 3, 3, 3, 3, 3]);
  expect(vitals.latest()).toMatchObject([{ fullResyncs: 3, settings: { maxmemory: "2000" } }]);
  await turn(1_000, healthy.with(3, ["maxmemory", "1"]));
  expect(asked.at(-1)).toEqual([
    "INFO stats",
    "INFO memory",
    "INFO persistence",
    "CONFIG GET maxmemory",
    "CONFIG GET appendonly",
  ]);
  expect(vitals.latest()).toMatchObject([{ settings: { maxmemory: "1" } }]);
});

test("a node that was silent in the turn is not asked", async () => {
  const { asked, turn } = stage();
  await turn(0, undefined, false);
  expect(asked).toEqual([]);
  await turn(500, healthy);
  expect(asked).toHaveLength(1);
});

test("a node that owes an answer is not asked again, and what is old is no answer", async () => {
  const { vitals, asked, turn } = stage();
  await turn(0, healthy);
  await turn(10_000);
  await turn(30_000);
  expect(asked).toHaveLength(2);
  expect(vitals.latest()).toHaveLength(1);
  await turn(60_000, new Error("no answer in time"));
  expect(vitals.latest()).toEqual([]);
  await turn(0, healthy.slice(0, 3));
  expect(asked).toHaveLength(3);
  expect(vitals.latest()).toHaveLength(1);
});
