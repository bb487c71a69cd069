// `baton drill run --json`: the machine-readable result, checked against its contract before it leaves,
// keys in one order.
import { z } from "zod";
import { assert } from "../../errors.ts";
import type { DrillResult } from "../types.ts";
import type { Reporter } from "./reporter.ts";

const count = z.int().nonnegative();
const milliseconds = z.number().nonnegative();

const readsSchema = z
  .strictObject({
    asked: count,
    stale: count.describe("showed less than what had been acknowledged when the read was sent"),
    failed: count,
    stalestMs: milliseconds.describe(
      "how long the oldest write that a read did not show had been acknowledged; 0: none was stale",
    ),
  })
  .readonly();

const clientSchema = z
  .strictObject({
    id: z.string(),
    kind: z
      .string()
      .describe(
        "router: a plain client through Baton's router; ioredis-sentinel: ioredis in Sentinel mode; " +
          "hard-coded: a plain client to the address of the first primary; others: baton drill list",
      ),
    outageMs: milliseconds
      .nullable()
      .describe("fault to the first acknowledged write that survived; null: there was none"),
    longestCallMs: milliseconds.describe("from sending a write to its answer or error"),
    longestGapMs: milliseconds
      .nullable()
      .describe(
        "longest time without an acknowledged write that survived, from the last one before the " +
          "fault on; null: none came after it",
      ),
    closed: count.describe("connections that it had and lost, from the fault to the end"),
    errors: z
      .record(z.string(), count)
      .readonly()
      .describe("how many writes ended with each class of error"),
    sent: count,
    acknowledged: count,
    lost: count.describe("acknowledged, and not on the final primary"),
    unknown: count.describe("sent and never answered: may or may not have been executed"),
    way: z.enum(["router", "sentinel", "hard-coded"]).describe("how it reaches the primary"),
    program: z
      .string()
      .nullable()
      .describe("what a program says of itself; null: a client in the drill's own process"),
    duplicated: count.describe("writes that are there more than once"),
    stuck: z
      .boolean()
      .nullable()
      .describe(
        "it did not write again within 20 s after the cluster was whole, or its program ended; null: " +
          "it is not to, it keeps to the address of the first primary",
      ),
    complaint: z.string().nullable().describe("what went wrong with the program itself; null: nothing"),
    reads: readsSchema.nullable().describe("null: it was not asked to read"),
  })
  .readonly();

const verdictSchema = z.enum(["held", "broken", "unknown"]);

const promiseSchema = z
  .strictObject({
    promise: z.string().describe("rto, no-failover, rpo, fence, quiet-cure, whole, ..."),
    verdict: verdictSchema,
    sentence: z.string(),
  })
  .readonly();

const timingSchema = z
  .strictObject({
    name: z.string().describe("as baton explain calls it"),
    value: z.number(),
    reason: z.string(),
    origin: z.enum(["derived", "set"]).describe("from the objectives, or by hand in the cluster file"),
  })
  .readonly();

const hostSchema = z
  .strictObject({
    name: z.string(),
    zone: z.string(),
    address: z.string(),
    runs: z.array(z.string()).readonly(),
  })
  .readonly();

const timelineSchema = z
  .strictObject({
    atMs: z.number().describe("milliseconds after the fault, negative before it"),
    event: z
      .string()
      .describe(
        "fault, +sdown, +odown, elected, promoted, route, confirmed, first-write, cure, whole, ...",
      ),
    who: z.string().describe("the process or client that said or did it"),
    detail: z.string(),
  })
  .readonly();

const rtoSchema = z
  .strictObject({
    objectiveMs: milliseconds,
    measures: z
      .enum(["outage", "longest-gap"])
      .describe(
        "outage: fault to the first write that survived; longest-gap: where the primary lived on",
      ),
    measuredMs: milliseconds
      .nullable()
      .describe(
        "worst one of the clients on the router; without Baton, of those that ask the Sentinels; null: " +
          "one never wrote again",
      ),
    medianMs: z
      .object({ router: milliseconds.nullable(), "ioredis-sentinel": milliseconds.nullable() })
      .catchall(milliseconds.nullable())
      .readonly()
      .describe("median by kind of client; null: none of the kind wrote again, or took part"),
    isPromised: z
      .literal(false)
      .optional()
      .describe("only there where no writes are promised before the cure"),
  })
  .readonly();

const rpoSchema = z
  .strictObject({
    objective: z.string().describe("as in the cluster file: 5s, none"),
    objectiveMs: milliseconds.nullable().describe("null: no promise"),
    measuredMs: milliseconds.describe(
      "how long a time the lost acknowledged writes come from, up to the fault; what was lost after " +
        "the cure is added as a stretch of its own; 0: none was",
    ),
    acknowledged: count,
    lost: count,
    unknown: count,
    duplicated: count,
  })
  .readonly();

const staleSchema = z
  .strictObject({
    answeredAtMs: z
      .number()
      .nullable()
      .describe(
        "first reply of the old primary after the cure, in ms after the fault; where it lived on, " +
          "the first lost acknowledgement; null: there was none",
      ),
    windowMs: milliseconds
      .nullable()
      .describe("from there to the last stale acknowledgement; null: could not be measured"),
    acknowledged: count.describe("writes acknowledged by a node that was not the primary any more"),
    lost: count.describe("how many of them are not on the final primary"),
    objectiveMs: milliseconds,
  })
  .readonly();

const resyncsSchema = z.strictObject({ full: count, partial: count }).readonly();

const targetSchema = z
  .strictObject({
    name: z.string(),
    kind: z.string(),
    followedMs: milliseconds
      .nullable()
      .describe("from the fault until it led to the final primary for good; null: it did not have to"),
    isLed: z
      .boolean()
      .nullable()
      .describe("it leads to the final primary in the end; null: it could never be seen"),
    wentBack: z.string().nullable().describe("how it went back to where it had been; null: never"),
    epoch: count.nullable().describe("the one that it holds in the end; null: it can hold none"),
    leadsTo: z.string().nullable().describe("ADDRESS:PORT in the end"),
    silence: z.string().nullable().describe("why it could not be seen at the end; null: it could"),
  })
  .readonly();

const clusterSchema = z
  .strictObject({
    name: z.string(),
    group: z.string(),
    versions: z.record(z.string(), z.string()).readonly(),
    downAfterMs: milliseconds,
    failoverTimeoutMs: milliseconds,
    nodes: count,
    sentinels: count,
    wires: z.boolean().describe("links ran through forwarders that can be cut, which costs some time"),
    baton: z.boolean().describe("agents and routers ran; false: Sentinel alone, for comparison"),
    durability: z.enum(["async", "replicated"]).describe("of the router"),
    timings: z.array(timingSchema).readonly(),
    hosts: z.array(hostSchema).readonly(),
    place: z
      .literal("hosts")
      .optional()
      .describe("only there for a drill on the hosts of a deployment, over SSH"),
  })
  .readonly();

/** The contract: keys are only ever added. Order here is order in the output. */
export const drillResultSchema = z
  .strictObject({
    fault: z.string(),
    verdict: verdictSchema,
    reasons: z
      .array(z.string())
      .readonly()
      .describe("each promise that was judged, in one sentence, worst first"),
    promises: z
      .array(promiseSchema)
      .readonly()
      .describe("the same promises, each with its own verdict, in the same order"),
    rto: rtoSchema,
    rpo: rpoSchema,
    stale: staleSchema
      .nullable()
      .describe("null: a fault that leaves no client at the address of an old primary"),
    resyncs: resyncsSchema.describe("resynchronisations of all nodes between fault and end"),
    clients: z.array(clientSchema).readonly(),
    targets: z
      .array(targetSchema)
      .readonly()
      .default([])
      .describe("seen past the agents, in a lab whose agents serve targets; empty everywhere else"),
    timeline: z.array(timelineSchema).readonly(),
    cluster: clusterSchema,
    startedAt: z.iso.datetime().describe("time of the fault, UTC"),
    durationMs: milliseconds,
    whole: z.boolean().describe("the drill proved that the cure made the cluster whole again"),
  })
  .readonly();

/**
 * The same result with its keys in one order.
 * @throws InvariantBroken when it is not what the contract promises: better no answer than a wrong one.
 */
export function checkedResult(result: DrillResult): DrillResult {
  const checked = drillResultSchema.safeParse(result);
  assert(checked.success, `the drill's result breaks its contract: ${checked.error?.message ?? ""}`);
  const { cluster, clients, rto } = checked.data;
  const { router, "ioredis-sentinel": ioredis, ...others } = rto.medianMs;
  return {
    ...checked.data,
    rto: { ...rto, medianMs: { router, "ioredis-sentinel": ioredis, ...sorted(others) } },
    clients: clients.map((client) => ({ ...client, errors: sorted(client.errors) })),
    cluster: { ...cluster, versions: sorted(cluster.versions) },
  };
}

/**
 * Two-space JSON without a final newline. Two results with the same facts yield the same text.
 * @throws InvariantBroken as `checkedResult` does
 */
export const renderJson = (result: DrillResult): string =>
  JSON.stringify(checkedResult(result), null, 2);

/** Records have keys of the run, not of the contract: these go by alphabet. */
function sorted<T>(record: Readonly<Record<string, T>>): Readonly<Record<string, T>> {
  return Object.fromEntries(Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1)));
}

export const json: Reporter = {
  id: "json",
  summary: "The machine-readable result, for scripts.",
  render: ({ result }) => renderJson(result),
};

/** The contract as JSON Schema, for the reference pages and for scripts in other languages. */
export const drillResultJsonSchema = (): unknown => z.toJSONSchema(drillResultSchema);
