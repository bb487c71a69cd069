// Evidence that takes as much room as a drill can: many kinds of clients, long names and reasons, thousands
// of events, and text as an attacker would choose it.
import { evidenceFixture } from "../../packages/baton/src/drill/report/evidence.fixture.ts";
import type { DrillEvidence, LedgerEntry } from "../../packages/baton/src/drill/types.ts";

const LONG =
  "a sentence that goes on and on, as messages of programs do when nobody stops them, ".repeat(6);
const BAD = `</style></title><script>alert(1)</script><img src=x onerror=alert(2)>"'&\u0000\u202E]]>`;

/** As `baton drill matrix` has them, and more. */
export function crowded(kinds: number, clientsOfKind: number): DrillEvidence {
  const { result, ledger } = evidenceFixture();
  const [one] = result.clients;
  if (one === undefined) throw new Error("the fixture has clients");
  const ids = Array.from({ length: kinds * clientsOfKind }, (_, index) => ({
    kind: `php-phpredis-via-router-${index % kinds}`,
    id: `php-phpredis-via-router-${index % kinds}-${Math.floor(index / kinds)}`,
  }));
  const errors = Object.fromEntries(Array.from({ length: 20 }, (_, index) => [`error-${index}`, index]));
  const clients = ids.map((own) => ({ ...one, ...own, errors, complaint: LONG, stuck: true, lost: 3 }));
  const mine = ledger.filter(({ client }) => client === one.id);
  const failed = (entry: LedgerEntry, index: number): LedgerEntry => ({
    ...entry,
    outcome: { kind: "unknown", error: `error-${index % 30} ${LONG}` },
  });
  const timeline = Array.from({ length: 3000 }, (_, index) => ({
    atMs: index,
    event: `event-with-a-long-name-${index % 9}`,
    who: "sentinel with-a-long-name",
    detail: LONG,
  }));
  const promises = ["rto", "no-failover", "rpo", "fence", "quiet-cure", "whole"].map((promise) => ({
    promise,
    verdict: "broken" as const,
    sentence: LONG,
  }));
  const timings = result.cluster.timings.flatMap((timing) => [
    { ...timing, reason: LONG },
    { ...timing, name: `${timing.name}Again`, reason: LONG },
  ]);
  const hosts = Array.from({ length: 40 }, (_, index) => ({
    name: `database-${index}.eu-west-1.example.net`,
    zone: "eu-west-1a",
    address: `127.0.0.${index}`,
    runs: ["redis", "sentinel", "agent", "router"],
  }));
  const stale = { answeredAtMs: 4100, windowMs: 84, acknowledged: 12, lost: 11, objectiveMs: 500 };
  const cluster = {
    ...result.cluster,
    timings: timings.slice(0, 9),
    hosts,
    durability: "replicated" as const,
  };
  return {
    result: { ...result, verdict: "broken", clients, timeline, promises, cluster, stale },
    ledger: [...ledger, ...mine.map(failed)],
    lost: new Map(clients.map(({ id }) => [id, new Set([1, 2, 3])])),
  };
}

/** Every text of a result that comes from outside. */
export function hostile(): DrillEvidence {
  const { result, ledger, lost } = evidenceFixture();
  const clients = result.clients.map((client, index) => ({
    ...client,
    id: `${BAD}${index}`,
    kind: BAD,
  }));
  const timeline = result.timeline.map((entry) => ({ ...entry, event: BAD, who: BAD, detail: BAD }));
  const promises = [{ promise: BAD, verdict: "broken" as const, sentence: BAD }];
  const cluster = { ...result.cluster, name: BAD, group: BAD };
  const own = { promises, clients, timeline, cluster, reasons: [BAD] };
  return { result: { ...result, ...own }, ledger, lost };
}
