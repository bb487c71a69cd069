// From everything that was recorded to the machine-readable result and its verdict. Pure.
import { median, outageMs } from "./checkers/outage.ts";
import type { Facts } from "./facts.ts";
import { timelineOf } from "./timeline.ts";
import type { ClientResult, DrillEvidence, DrillResult } from "./types.ts";
import { judge } from "./verdict.ts";
import type { WorkloadClient } from "./workload/client.ts";

const NONE: ReadonlySet<number> = new Set();

function clientResult(client: WorkloadClient, { entries, audited }: Facts): ClientResult {
  const own = entries.filter((entry) => entry.client === client.id);
  const lost = audited.byClient.get(client.id)?.lost ?? NONE;
  const errors: Record<string, number> = {};
  let acknowledged = 0;
  let unknown = 0;
  let longestCallMs = 0;
  for (const { outcome, sentAtMs, settledAtMs } of own) {
    if (settledAtMs !== undefined) longestCallMs = Math.max(longestCallMs, settledAtMs - sentAtMs);
    if (outcome.kind === "acknowledged") acknowledged += 1;
    else errors[outcome.error] = (errors[outcome.error] ?? 0) + 1;
    if (outcome.kind === "unknown") unknown += 1;
  }
  const outage = outageMs(own, lost);
  return {
    id: client.id,
    kind: client.kind,
    outageMs: outage === null ? null : Math.round(outage),
    longestCallMs: Math.round(longestCallMs),
    errors,
    sent: own.length,
    acknowledged,
    lost: lost.size,
    unknown,
  };
}

const outagesOf = (clients: readonly ClientResult[], kind: ClientResult["kind"]): (number | null)[] =>
  clients.filter((client) => client.kind === kind).map((client) => client.outageMs);

const isNumber = (value: number | null): value is number => value !== null;

function worst(outages: readonly (number | null)[]): number | null {
  return outages.length > 0 && outages.every(isNumber) ? Math.max(...outages) : null;
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);

export function resultOf(facts: Facts): DrillEvidence {
  const { fault, lab, group, injected, entries, audited, wholeMs } = facts;
  const { objectives, name } = lab.layout.cluster;
  const clients = facts.clients.map((client) => clientResult(client, facts));
  const router = outagesOf(clients, "router");
  const found = [...audited.byClient.values()];
  const rpo =
    objectives.rpo.kind === "none"
      ? { text: "none", ms: null }
      : { text: `${objectives.rpo.ms / 1000}s`, ms: objectives.rpo.ms };
  const medianOf = (kind: ClientResult["kind"]) => median(outagesOf(clients, kind).filter(isNumber));
  const measured = {
    rto: {
      objectiveMs: objectives.rtoMs,
      measuredMs: worst(router),
      medianMs: { router: medianOf("router"), "ioredis-sentinel": medianOf("ioredis-sentinel") },
    },
    rpo: {
      objective: rpo.text,
      objectiveMs: rpo.ms,
      measuredMs: Math.round(Math.max(0, ...found.map(({ lostWindowMs }) => lostWindowMs))),
      acknowledged: sum(clients.map(({ acknowledged }) => acknowledged)),
      lost: sum(clients.map(({ lost }) => lost)),
      unknown: sum(clients.map(({ unknown }) => unknown)),
      duplicated: sum(found.map(({ duplicated }) => duplicated)),
    },
  };
  const ghosts = sum(found.map((writes) => writes.ghosts));
  const isWhole = wholeMs !== undefined && audited.differences.length === 0;
  const { verdict, reasons } = judge({ ...facts, ...measured, isWhole, ghosts });
  const result: DrillResult = {
    fault: fault.id,
    verdict,
    reasons,
    ...measured,
    clients,
    timeline: timelineOf(facts),
    cluster: {
      name,
      group: group.name,
      versions: facts.versions,
      downAfterMs: group.timings.downAfterMs.value,
      failoverTimeoutMs: group.timings.failoverTimeoutMs.value,
      nodes: group.nodes.length,
      sentinels: lab.layout.sentinels.length,
      wires: lab.wires,
    },
    startedAt: facts.startedAt,
    durationMs: Math.round(facts.endedMs - injected.atMs),
    whole: isWhole,
  };
  const lost = new Map([...audited.byClient].map(([client, writes]) => [client, writes.lost]));
  return { result, ledger: entries, lost };
}
