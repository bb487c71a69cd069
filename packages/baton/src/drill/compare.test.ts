// Promises of the comparison: the same work on both sides, and nothing that flatters either.
import { expect, test } from "vitest";
import { comparisonCells, comparisonOf, faultWithout, kindsWithout, standInOf } from "./compare.ts";
import { killPrimary } from "./faults/kill-primary.ts";
import { switchover } from "./faults/switchover.ts";
import { evidenceFixture } from "./report/evidence.fixture.ts";
import type { ClientResult, DrillEvidence, LedgerEntry } from "./types.ts";
import { kindsIn, kindsOf } from "./workload/asked.ts";

const { result } = evidenceFixture();
const [one] = result.clients;
const client = (kind: string, more: Partial<ClientResult> = {}): ClientResult =>
  ({
    ...one,
    id: `${kind}-1`,
    kind,
    outageMs: 2000,
    longestCallMs: 1900,
    lost: 0,
    ...more,
  }) as ClientResult;
const written = (id: string, sentAtMs: number): LedgerEntry => ({
  client: id,
  id: sentAtMs,
  sentAtMs,
  settledAtMs: sentAtMs + 1,
  outcome: { kind: "acknowledged" },
});
const run = (clients: readonly ClientResult[], more: Partial<DrillEvidence> = {}): DrillEvidence => ({
  result: { ...result, clients },
  ledger: [],
  lost: new Map(),
  ...more,
});

test("where no router runs, a plain client has an address, and a recipe is its library's default", () => {
  const standIns = kindsOf("router,perl,perl-via-router,perl-default,./mine@router,./mine").map(
    (kind) => standInOf(kind)?.id,
  );
  expect(standIns).toEqual(["hard-coded", "perl", "perl-default", "perl-default", undefined, "mine"]);
});

test("somebody follows the Sentinels on the side without Baton, and nobody is there twice", () => {
  const idsOf = (words: string) =>
    kindsWithout(kindsIn(killPrimary, kindsOf(words))).map(({ id }) => id);
  expect(idsOf("router")).toEqual(["hard-coded", "ioredis-sentinel"]);
  expect(idsOf("perl-via-router,perl-default")).toEqual(["hard-coded", "perl-default"]);
  expect(kindsWithout(kindsIn(killPrimary)).map(({ id }) => id)).toEqual([
    "hard-coded",
    "ioredis-sentinel",
  ]);
});

test("a planned switchover is compared with what people do without Baton", () => {
  expect(faultWithout(switchover).id).toBe("sentinel-failover");
  expect(faultWithout(killPrimary)).toBe(killPrimary);
});

test("sets client beside client: the longest of all runs, lost and stale writes, and who was stuck", () => {
  const lost = new Map([["hard-coded-1", new Set([-5, 4000, 4001])]]);
  const ledger = [-5, 10, 4000, 4001].map((ms) => written("hard-coded-1", ms));
  const plain = client("hard-coded", { outageMs: null, stuck: null, lost: 3, way: "hard-coded" });
  const comparison = comparisonOf({
    fault: killPrimary,
    kinds: kindsIn(killPrimary),
    withBaton: [
      run([client("router"), client("ioredis-sentinel")]),
      run([client("router", { outageMs: 2300 }), client("ioredis-sentinel", { outageMs: 3400 })]),
    ],
    without: [run([plain, client("ioredis-sentinel", { lost: 2, stuck: true })], { ledger, lost })],
  });
  expect(comparison.clients).toEqual([
    {
      withBaton: {
        kind: "router",
        clients: 2,
        awayMs: 2300,
        lost: 0,
        stuck: 0,
        stale: 0,
        longestCallMs: 1900,
      },
      without: {
        kind: "hard-coded",
        clients: 1,
        awayMs: null,
        lost: 3,
        stuck: 1,
        stale: 2,
        longestCallMs: 1900,
      },
    },
    {
      withBaton: expect.objectContaining({ awayMs: 3400, clients: 2 }),
      without: expect.objectContaining({ awayMs: null, lost: 2, stuck: 1 }),
    },
  ]);
  expect(comparison).toMatchObject({
    runs: 2,
    verdicts: { withBaton: ["held", "held"], without: ["held"] },
  });
  const cells = comparisonCells(comparison);
  expect(cells.slice(0, 4)).toEqual([
    ["", "with Baton", "without"],
    ["client", "plain client, through the router", "plain client, the primary's address once"],
    ["  outage to the first surviving write", "2.30 s", "never"],
    ["  acknowledged writes lost", "0", "3"],
  ]);
  expect(new Set(cells.map(({ length }) => length))).toEqual(new Set([3]));
});

test("who has nobody on the other side stands alone", () => {
  const [program] = kindsOf("./mine@router");
  const comparison = comparisonOf({
    fault: killPrimary,
    kinds: program === undefined ? [] : [program],
    withBaton: [run([client("mine@router")])],
    without: [run([client("ioredis-sentinel")])],
  });
  expect(comparison.clients.map(({ withBaton, without }) => [withBaton?.kind, without?.kind])).toEqual([
    ["mine@router", undefined],
    [undefined, "ioredis-sentinel"],
  ]);
  expect(comparisonCells(comparison)[2]).toEqual([
    "  outage to the first surviving write",
    "2.00 s",
    "-",
  ]);
});
