import { expect, test } from "vitest";
import { diagnose } from "./diagnose.ts";
import type { Finding } from "./finding.ts";
import { type Changes, clusterWith } from "./live/live.fixture.ts";
import { planChanges } from "./live-plan.ts";
import { rules } from "./rules/index.ts";

const findingsOf = (changes: Changes): readonly Finding[] =>
  diagnose({ files: [], live: clusterWith(changes) }, { rules }).findings;

/** "ADDRESS:PORT COMMAND | UNDO" */
const planned = (changes: Changes): readonly string[] =>
  planChanges(findingsOf(changes)).changes.map(
    ({ to, command, undo }) => `${to} ${command.join(" ")} | ${undo.slice(-2).join(" ")}`,
  );

test("a healthy cluster needs no change", () => {
  expect(planned({})).toEqual([]);
});

test("a quorum of all is set to the majority, on every Sentinel", () => {
  expect(planned({ everySentinel: { primary: { quorum: "3" } } })).toEqual(
    [1, 2, 3].map((number) => `10.0.0.${number}:26379 SENTINEL SET main quorum 2 | quorum 3`),
  );
});

test("what one Sentinel says otherwise is set to what most say, where that is right", () => {
  const odd = (primary: Readonly<Record<string, string>>) => planned({ sentinels: { 2: { primary } } });
  expect(odd({ "down-after-milliseconds": "9000" })).toEqual([
    "10.0.0.2:26379 SENTINEL SET main down-after-milliseconds 5000 | down-after-milliseconds 9000",
  ]);
  expect(odd({ "failover-timeout": "20000" })).toEqual([
    "10.0.0.2:26379 SENTINEL SET main failover-timeout 10000 | failover-timeout 20000",
  ]);
  const short = { primary: { "down-after-milliseconds": "1500" } };
  const others = planned({
    sentinels: { 1: short, 3: short, 2: { primary: { "down-after-milliseconds": "5000" } } },
  });
  expect(others).toEqual([]);
});

test("parallel-syncs and failover-timeout that stop failovers are set to what works", () => {
  const bad = { "parallel-syncs": "0", "failover-timeout": "500" };
  expect(planned({ sentinels: { 3: { primary: bad } } })).toEqual([
    "10.0.0.3:26379 SENTINEL SET main failover-timeout 10000 | failover-timeout 500",
    "10.0.0.3:26379 SENTINEL SET main parallel-syncs 1 | parallel-syncs 0",
  ]);
});

test("nodes: read-only replicas, and the protection that the others have", () => {
  const settings = { "replica-read-only": "no", "min-replicas-to-write": "0" };
  expect(planned({ nodes: { 2: { settings } } })).toEqual([
    "10.0.0.2:6379 CONFIG SET replica-read-only yes | replica-read-only no",
    "10.0.0.2:6379 CONFIG SET min-replicas-to-write 1 | min-replicas-to-write 0",
  ]);
});

test("of two findings that set the same to different values the first one counts", () => {
  const [first] = findingsOf({ sentinels: { 2: { primary: { quorum: "1" } } } });
  const [change] = first?.commands ?? [];
  if (first === undefined || change === undefined) throw new Error("no finding with a command");
  const rival: Finding = {
    ...first,
    rule: "SEN099",
    commands: [{ ...change, command: ["SENTINEL", "SET", "main", "quorum", "3"] }],
  };
  const { changes, deferred } = planChanges([first, rival, { ...first, rule: "SEN098" }]);
  expect(deferred).toEqual([rival]);
  expect(changes).toMatchObject([{ rules: ["SEN003", "SEN098"] }]);
});
