// Promises of the pages on clients: nothing that went wrong is hidden, and nothing is invented.
import { expect, test } from "vitest";
import { type Measured, type MeasuredClient, type MeasuredDrill, writtenMeasured } from "./measured.ts";
import { drawClients, drawEngines } from "./page.ts";

const client = (kind: string, more: Partial<MeasuredClient> = {}): MeasuredClient => ({
  kind,
  way: kind.includes("router") ? "router" : "sentinel",
  awayMs: 2_000,
  lost: 0,
  stuck: false,
  unknown: 0,
  duplicated: 0,
  longestCallMs: 30,
  ...more,
});
const drill = (
  fault: string,
  clients: readonly MeasuredClient[],
  more: Partial<MeasuredDrill> = {},
): MeasuredDrill => ({
  fault,
  engine: "Redis 7.0.15",
  verdict: "held",
  reasons: ["all is well"],
  measures: "outage",
  objectiveMs: 3_000,
  downAfterMs: 1_500,
  isPromised: true,
  lostWindowMs: 0,
  startedAt: "2026-11-01T10:00:00.000Z",
  clients,
  ...more,
});

const measured: Measured = {
  conditions: {
    at: "2026-11-01T09:59:00.000Z",
    cpu: "a processor",
    cores: 2,
    kernel: "6.1",
    node: "22.0.0",
    redis: "7.0.15",
    loadAverage: 0.1,
    warnings: [],
  },
  durability: "replicated",
  runs: 2,
  drills: [
    drill("kill-primary", [
      client("router"),
      client("perl", { awayMs: 3_100 }),
      client("perl-default", { awayMs: null, stuck: true, lost: 500 }),
    ]),
    drill(
      "kill-primary",
      [client("router", { awayMs: 2_310 }), client("perl"), client("perl-default")],
      {
        verdict: "broken",
        reasons: ["the first promise that broke", "another"],
      },
    ),
    drill("switchover", [client("router"), client("perl", { duplicated: 1 })], {
      engine: "Valkey 9.1.2",
    }),
  ],
  failures: [{ fault: "switchover", engine: "valkey-9.1", message: "NOT_READY it did not start" }],
};
const rowOf = (lines: readonly string[], fault: string) =>
  lines.filter((line) => line.startsWith(`| \`${fault}\``));

test("a cell is the worst of all runs, with what was lost, and who was stuck how often", () => {
  const lines = drawClients(measured);
  expect(rowOf(lines, "kill-primary").slice(0, 3)).toEqual([
    "| `kill-primary` | 2.31 s |",
    "| `kill-primary` | 3.10 s |",
    "| `kill-primary` | **stuck 1 of 2**, **500 lost** |",
  ]);
  expect(rowOf(lines, "switchover")[1]).toBe("| `switchover` | 2.00 s, 1 twice |");
});

test("losses stand by fault and crowd, with the longest time that they come from", () => {
  const [kill] = measured.drills;
  const drills =
    kill === undefined ? [] : [{ ...kill, lostWindowMs: 2_040 }, ...measured.drills.slice(1)];
  const lines = drawClients({ ...measured, drills });
  const table = lines.slice(lines.indexOf("## Writes lost"));
  expect(rowOf(table, "kill-primary")).toEqual(["| `kill-primary` | 0 | 0 | 500 | 2040 ms |"]);
  expect(rowOf(table, "switchover")).toEqual([]);
  expect(drawClients({ ...measured, drills: drills.slice(1) })).toContain(
    "No acknowledged write was lost.",
  );
});

test("drills that did not hold, and those that could not be made, are named with their reason", () => {
  expect(drawClients(measured).slice(-4)).toEqual([
    "2 of 3 drills held every promise. The others:",
    "",
    "- `kill-primary` (Redis 7.0.15): broken: the first promise that broke",
    "- `switchover` (valkey-9.1): NOT_READY it did not start",
  ]);
});

test("engines stand beside one another, and where one was not tried there is no figure", () => {
  const lines = drawEngines(measured);
  expect(lines).toContain("| fault | Redis 7.0.15 | Valkey 9.1.2 |");
  expect(rowOf(lines, "switchover")[0]).toBe("| `switchover` | - | 2.00 s |");
});

test("what is written is read again as it was, one line a drill", () => {
  const written = writtenMeasured(measured);
  expect(JSON.parse(written)).toEqual(measured);
  expect(written.split("\n").filter((line) => line.startsWith('{"fault"'))).toHaveLength(3);
});
