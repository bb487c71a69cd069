import { describe, expect, test } from "vitest";
import type { Agreement } from "../decide/agree.ts";
import { at, group } from "../decide/world.fixture.ts";
import { ALONE_MS, decideStart, type OtherNode, type StartFacts } from "./decide-start.ts";

const self = { id: "h1", host: "h1", zone: "h1", ...at("h1") };
const names = (id: string, epoch = 4): Agreement => ({
  kind: "agreed",
  primary: at(id),
  epoch,
  votes: 2,
});
const silent = (heard: number): Agreement => ({ kind: "silent", heard, needed: 2 });
const split: Agreement = { kind: "split", sentence: "h2: 10.0.0.1:6379; h3: 10.0.0.2:6379" };

const synced = (id: string): OtherNode => ({ id, kind: "replica", hasSynced: true, holdsData: true });
const restarted = (id: string): OtherNode => ({ ...synced(id), hasSynced: false });
const empty = (id: string): OtherNode => ({ ...restarted(id), holdsData: false });
const runsAsPrimary = (id: string): OtherNode => ({ ...synced(id), kind: "primary" });
const closed = (id: string): OtherNode => ({ id, kind: "closed", hasSynced: false, holdsData: false });

/** A node of a cluster that had data, is primary by its file, and was alone for long enough. */
const facts = (more: Partial<StartFacts>): StartFacts => ({
  self,
  group,
  agreement: names("h1"),
  sentinelsThere: 3,
  epochSeen: -1,
  holdsData: true,
  configured: undefined,
  others: [],
  isFailoverUnderWay: false,
  aloneMs: ALONE_MS,
  isLate: false,
  mayBootstrap: false,
  ...more,
});
const late = { isLate: true } as const;
const noData = { holdsData: false } as const;

/** "replica-of 10.0.0.2", "primary", "wait" or "refuse". */
function answer(more: Partial<StartFacts>): string {
  const start = decideStart(facts(more));
  return start.kind === "replica-of" ? `replica-of ${start.primary.address}` : start.kind;
}
type Row = readonly [situation: string, facts: Partial<StartFacts>, answer: string, reason: string];
function expectRow([, given, kind, reason]: Row): void {
  expect([answer(given), decideStart(facts(given)).reason]).toEqual([
    kind,
    expect.stringContaining(reason),
  ]);
}

describe("when the Sentinels name another node", () => {
  const agreement = names("h2");
  const h2 = "replica-of 10.0.0.2";
  test.each<Row>([
    ["a node with data", { agreement }, h2, "the Sentinels name h2 in epoch 4"],
    ["without data", { agreement, ...noData }, h2, "h2"],
    ["whatever its own file says", { agreement, configured: at("h3") }, h2, "h2"],
    ["also where it is the first primary of a new cluster", { agreement, mayBootstrap: true }, h2, "h2"],
    ["in the epoch that its agent knows", { agreement, epochSeen: 4 }, h2, "h2"],
  ])("follows it: %s", (...row) => expectRow(row));

  test.each<Row>([
    [
      "for a newer word",
      { agreement, epochSeen: 5 },
      "wait",
      "name 10.0.0.2:6379 in epoch 4, and 5 has",
    ],
    [
      "for one of its own",
      { agreement: names("h9") },
      "wait",
      "10.0.0.9:6379, which is not in the clus",
    ],
  ])("waits %s", (...row) => expectRow(row));
});

describe("when the Sentinels name this node, which has data", () => {
  const first = { others: [synced("h2"), synced("h3")] };
  test.each<Row>([
    ["alone", {}, "primary", "the Sentinels name h1 in epoch 4, it has its data, and no other node has"],
    ["although its file was not rewritten", { configured: at("h2") }, "primary", "it has its data"],
    ["after a power cut", { others: [restarted("h2"), restarted("h3")] }, "primary", "no other node"],
    [
      "when no failover came",
      { ...first, ...late },
      "primary",
      "no failover to h2, h3 has come in time",
    ],
    ["alone when a failover has failed", { ...late, isFailoverUnderWay: true }, "primary", "its data"],
    ["alone at the deadline", { ...late, aloneMs: 0 }, "primary", "it has its data"],
  ])("is primary again: %s", (...row) => expectRow(row));

  test.each<Row>([
    ["replicas have its last writes", first, "wait", "but h2, h3 may be ahead: waiting for a failover"],
    ["one of two has them", { others: [restarted("h2"), synced("h3")] }, "wait", "but h3 may be ahead"],
    ["somebody does not let it look", { others: [closed("h2")] }, "wait", "h2 may be ahead"],
    ["another was promoted", { others: [runsAsPrimary("h3")] }, "wait", "h3 may be ahead"],
    ["a failover is under way", { isFailoverUnderWay: true }, "wait", "but a failover is under way"],
    ["it is alone for a moment", { aloneMs: ALONE_MS - 1 }, "wait", "looking again whether no other"],
  ])("waits while %s", (...row) => expectRow(row));

  test("refuses to be a second primary, also at the deadline", () => {
    const rival = { others: [runsAsPrimary("h3"), synced("h2")], ...late };
    expectRow(["", rival, "refuse", "but h3 runs as primary: two would take writes"]);
  });
});

describe("when the Sentinels name this node, which has no data", () => {
  test.each<Row>([
    ["replicas hold it", { others: [synced("h2")] }, "wait", "it has no data: waiting for a failover"],
    ["replicas have just started", { others: [restarted("h2")] }, "wait", "no data"],
    ["nobody else is there", {}, "wait", "no data"],
    ["all are empty and nobody called the cluster new", { others: [empty("h2")] }, "wait", "no data"],
  ])("waits for a failover: %s", (_, given, kind, reason) =>
    expectRow(["", { ...noData, ...given }, kind, reason]),
  );

  test.each<Row>([
    ["two", { others: [synced("h2"), restarted("h3")] }, "refuse", "2 nodes that hold data (h2, h3)"],
    ["one", { others: [synced("h2"), empty("h3")] }, "refuse", "wipe 1 node that holds data (h2)"],
    ["unknown", { others: [closed("h2")] }, "refuse", "wipe 1 node that holds data (h2)"],
    ["away", {}, "refuse", "would wipe every node that comes back to it, and no failover has come"],
  ])("refuses to wipe nodes at the deadline: %s", (_, given, kind, reason) =>
    expectRow(["", { ...noData, ...late, ...given }, kind, reason]),
  );
});

describe("when no majority says anything", () => {
  const replica = { configured: at("h2") };
  test.each<Row>([
    ["one of three answers", { agreement: silent(1) }, "wait", "Sentinels heard: 1, needed: 2"],
    ["a replica too", { agreement: silent(0), ...replica }, "wait", "Sentinels heard: 0"],
    ["they disagree", { agreement: split }, "wait", "disagree (h2: 10.0.0.1:6379; h3: 10.0.0.2:6379)"],
  ])("waits: %s", (...row) => expectRow(row));

  test.each<Row>([
    ["silence", { agreement: silent(0) }, "replica-of 10.0.0.2", "h1 follows 10.0.0.2:6379, the last"],
    ["a split", { agreement: split }, "replica-of 10.0.0.2", "disagree"],
    ["an old epoch", { agreement: names("h3", 2), epochSeen: 3 }, "replica-of 10.0.0.2", "3 has been"],
    ["a stranger", { agreement: names("h9") }, "replica-of 10.0.0.2", "not in the cluster file"],
    ["an old epoch that names it", { epochSeen: 9 }, "replica-of 10.0.0.2", "and 9 has been seen"],
  ])("comes up as the replica it was at the deadline: %s", (_, given, kind, reason) =>
    expectRow(["", { ...replica, ...late, ...given }, kind, reason]),
  );

  test.each<Row>([
    [
      "silence",
      { agreement: silent(1) },
      "refuse",
      "h1 would be primary by its own file, and nobody can",
    ],
    ["a split", { agreement: split }, "refuse", "the Sentinels disagree"],
    ["an old epoch that names it", { epochSeen: 9 }, "refuse", "and 9 has been seen"],
    [
      "a file that names itself",
      { agreement: silent(0), configured: at("h1") },
      "refuse",
      "would be primary",
    ],
  ])("stays down at the deadline when its file says primary: %s", (_, given, kind, reason) =>
    expectRow(["", { ...late, ...given }, kind, reason]),
  );
});

describe("a cluster that is called new", () => {
  const start = { mayBootstrap: true, ...noData, agreement: silent(0), sentinelsThere: 0 } as const;
  test.each<Row>([
    ["nobody is there yet", {}, "primary", "called a new cluster, and h1 is its first primary"],
    ["its empty replicas wait", { others: [empty("h2")] }, "primary", "called a new cluster"],
    ["its Sentinels wait", { agreement: names("h1", 0), sentinelsThere: 3 }, "primary", "called a new"],
    ["its agent knows epoch 0", { epochSeen: 0 }, "primary", "called a new cluster"],
  ])("gets its first primary when %s", (_, given, kind, reason) =>
    expectRow(["", { ...start, ...given }, kind, reason]),
  );

  test.each<Row>([
    ["without being asked to", { mayBootstrap: false }, "refuse", ""],
    ["on another host", { self: { ...self, id: "h2", host: "h2", ...at("h2") } }, "refuse", ""],
    ["with data of an old cluster", { holdsData: true }, "refuse", "would be primary by"],
    ["beside a node with data", { others: [restarted("h3")] }, "refuse", ""],
    ["beside a primary", { others: [{ ...empty("h3"), kind: "primary" }] }, "refuse", ""],
    ["beside a closed node", { others: [closed("h3")] }, "refuse", ""],
    ["with a Sentinel there", { agreement: silent(1), sentinelsThere: 1 }, "refuse", ""],
    ["with Sentinels that refuse it", { sentinelsThere: 2 }, "refuse", ""],
    ["after a failover", { agreement: names("h1", 1), sentinelsThere: 3 }, "refuse", ""],
    ["after a failover that its agent knows", { epochSeen: 1 }, "refuse", ""],
  ])("does not get one %s", (_, given, kind, reason) => {
    expectRow(["", { ...start, ...given, ...late }, kind, reason]);
    expect(answer({ ...start, ...given })).toBe("wait");
  });
});
