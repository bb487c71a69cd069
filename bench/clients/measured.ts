// What is kept of many drills with many clients, so that a page can be drawn from it: one line a drill.
import { awayMs } from "../../packages/baton/src/drill/report/words.ts";
import type { DrillResult, Verdict, Way } from "../../packages/baton/src/drill/types.ts";
import type { Conditions } from "../router/conditions.ts";

export interface MeasuredClient {
  readonly kind: string;
  readonly way: Way;
  /** Outage or longest gap, as the fault is measured; null when it was stuck or never wrote again. */
  readonly awayMs: number | null;
  /** Acknowledged, and gone. */
  readonly lost: number;
  /** null for one that is not to write again. */
  readonly stuck: boolean | null;
  readonly unknown: number;
  readonly duplicated: number;
  readonly longestCallMs: number;
}

export interface MeasuredDrill {
  readonly fault: string;
  /** "Redis 7.0.15" */
  readonly engine: string;
  readonly verdict: Verdict;
  readonly reasons: readonly string[];
  readonly measures: DrillResult["rto"]["measures"];
  readonly objectiveMs: number;
  readonly downAfterMs: number;
  /** Where writes may stop until the cure, their length is no promise. */
  readonly isPromised: boolean;
  /** How long a time the lost writes come from. */
  readonly lostWindowMs: number;
  readonly startedAt: string;
  readonly clients: readonly MeasuredClient[];
}

export interface Failure {
  readonly fault: string;
  readonly engine: string;
  readonly message: string;
}

/** What a file of docs/measured holds. */
export interface Measured {
  readonly conditions: Omit<Conditions, "memoryBytes" | "haproxy">;
  readonly durability: "async" | "replicated";
  /** Drills of each fault that were asked for. */
  readonly runs: number;
  readonly drills: readonly MeasuredDrill[];
  readonly failures: readonly Failure[];
}

function clientOf(result: DrillResult, client: DrillResult["clients"][number]): MeasuredClient {
  const { kind, way, lost, stuck, unknown, duplicated, longestCallMs } = client;
  const away = stuck === true ? null : awayMs(result, client);
  return { kind, way, awayMs: away, lost, stuck, unknown, duplicated, longestCallMs };
}

export function measuredDrill(result: DrillResult): MeasuredDrill {
  const { fault, verdict, reasons, rto, rpo, cluster, startedAt, clients } = result;
  return {
    fault,
    engine: [...new Set(Object.values(cluster.versions))].join(" and "),
    verdict,
    reasons,
    measures: rto.measures,
    objectiveMs: rto.objectiveMs,
    downAfterMs: cluster.downAfterMs,
    isPromised: rto.isPromised !== false,
    lostWindowMs: rpo.measuredMs,
    startedAt,
    clients: clients.map((client) => clientOf(result, client)),
  };
}

/** One line a drill: a change of one shows as one. */
export function writtenMeasured({ drills, failures, ...head }: Measured): string {
  const lines = (rows: readonly unknown[]) => rows.map((row) => JSON.stringify(row)).join(",\n");
  const top = JSON.stringify(head, undefined, 2).replace(/\n}$/, "");
  return `${top},\n"drills": [\n${lines(drills)}\n],\n"failures": [${lines(failures)}]\n}\n`;
}
