// One drill from beginning to end: a healthy cluster, a workload, a fault, a cure, an audit, a verdict.
import { randomUUID } from "node:crypto";
import { findPrimary } from "redis-baton-client";
import type { GroupPlan, NodePlan, SecretReference } from "../cluster/types.ts";
import { BatonError } from "../errors.ts";
import type { DrillSite } from "./site.ts";
import type { Clock } from "../sys/clock.ts";
import { watchPresence } from "../sys/presence.ts";
import { callerOptions } from "../sys/tls.ts";
import { waitFor } from "../sys/wait.ts";
import { audit } from "./audit.ts";
import { resyncsBetween } from "./measures/resyncs.ts";
import { type ClientsInput, openClients } from "./clients.ts";
import { attempt, breakAndCure, type Stage, untilWrote, writingMs } from "./course.ts";
import type { Fault } from "./fault.ts";
import { requireNeeds } from "./lab-needs.ts";
import { openLedger } from "./ledger.ts";
import { leaveNote, markDrill } from "./mark.ts";
import { drillNote } from "./note.ts";
import { resultOf } from "./result.ts";
import { sightsSeen, targetResults } from "./measures/targets.ts";
import { type TargetWatch, watchTargets } from "./targets/watch.ts";
import { limitLife } from "./tidy.ts";
import type { DrillEvidence } from "./types.ts";
import { readJournals, watchSentinels } from "./watch.ts";
import { lookCaughtUp, lookWhole, openDoors, readSyncCounts, redisVersions } from "./whole.ts";
import { kindsIn } from "./workload/asked.ts";
import type { ClientKind } from "./workload/kind.ts";
import { PACE_MS, startWorkload } from "./workload/workload.ts";

export interface DrillOptions {
  readonly lab: DrillSite;
  readonly fault: Fault;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Clients of each kind; 1 to 100. */
  readonly clientsOfEachKind: number;
  /** Who takes part; the usual ones of the fault by default. */
  readonly kinds?: readonly ClientKind[];
  /** From one client's start to the next one's; 0 by default: all at once. */
  readonly staggerMs?: number;
  /** From one write of a client to its next, 0 to 1000; 20 by default. */
  readonly paceMs?: number;
  /** Clients that can also read from replicas, once a second. */
  readonly reads?: boolean;
  /** In a lab without agents and routers, for comparison: no client of a router may take part. */
  readonly isStock?: boolean;
  /** A client on the router without a write for so long is cured at once, and the drill is broken. */
  readonly abortAfterMs?: number;
  /** What the targets of a lab need to be watched. @throws BatonError SECRET */
  readonly readSecret?: (what: string, reference: SecretReference) => Promise<string>;
  /** Told the lists that will be written, before the first of them is. */
  readonly onLists?: (keys: readonly string[]) => void;
  readonly onProgress: (sentence: string) => void;
}

/** Acknowledged writes that each client must have before the fault. */
const WARM_WRITES = 50;

function firstGroup(lab: DrillSite): GroupPlan {
  const [group] = lab.layout.groups;
  if (group === undefined)
    throw new BatonError("UNABLE", `lab ${lab.name}: its cluster file has no group`);
  return group;
}

/** By the word of the Sentinels. */
async function primaryNode(
  { lab, signal }: Pick<DrillOptions, "lab" | "signal">,
  group: GroupPlan,
): Promise<NodePlan> {
  const sentinels = lab.layout.sentinels.map(({ address, port }) => ({ host: address, port }));
  const { application: password, tls } = lab.secrets;
  const found = await findPrimary({
    sentinels,
    group: group.name,
    password,
    ...(tls === undefined ? {} : { tls: callerOptions(tls) }),
    signal,
  });
  if (found.kind !== "found")
    throw new BatonError("UNABLE", `who is primary is not clear: ${found.reason}`);
  const node = group.nodes.find(({ address, port }) => address === found.host && port === found.port);
  if (node === undefined)
    throw new BatonError("UNABLE", `the primary ${found.host}:${found.port} is not in the layout`);
  return node;
}

async function openAll(options: DrillOptions, place: Pick<ClientsInput, "group" | "primary" | "keyOf">) {
  const { lab, fault, clock, signal, clientsOfEachKind, staggerMs = 0, onProgress } = options;
  const kinds = options.kinds ?? kindsIn(fault);
  const crowd = { kinds, clientsOfEachKind, staggerMs };
  const clients = await openClients({ ...place, ...crowd, lab, clock, signal });
  onProgress(`${clients.length} clients write, ${clientsOfEachKind} of each kind`);
  for (const { id, program } of clients) if (program !== undefined) onProgress(`${id}: ${program}`);
  return clients;
}

async function inject({ options, group, primary }: Stage) {
  const { lab, fault, signal } = options;
  const present = await primaryNode(options, group);
  if (present.id !== primary.id) {
    const moved = `the primary moved from ${primary.host} to ${present.host}`;
    throw new BatonError("UNABLE", `${moved} before the fault: the drill would measure two things`);
  }
  return await fault.inject({ lab, group: group.name, primary: primary.host, signal });
}

async function untilWarm(stage: Stage): Promise<void> {
  const { options, group, workload, keyOf } = stage;
  const sinceMs = options.clock.monotonicMs();
  const warm = { sinceMs, writes: WARM_WRITES, withinMs: writingMs(WARM_WRITES, options) };
  await untilWrote(stage, "every client to write", workload.clients, warm);
  const keys = workload.clients.map(({ id }) => keyOf(id));
  if (options.lab.hosts !== undefined) await limitLife(options.lab, group, keys);
}

/** A cloud is looked at again after 30 s when it is right, and sooner after a failure. */
const TARGETS_MS = 120_000;

/** Waits for them: a target may be away for as long as the fault and longer. */
async function targetsAfter(stage: Stage, faultAtMs: number, findings: string[]) {
  const { options, group, primary, targets } = stage;
  const after = await primaryNode(options, group);
  await attempt(findings, () => targets.untilLed(after, TARGETS_MS));
  return targetResults({ watched: targets.all(), faultAtMs, before: primary, after });
}

/** Those of a lab; on real hosts they may be where nobody but the agents can look. */
function openTargetWatch({ lab, clock, readSecret }: DrillOptions, group: GroupPlan): TargetWatch {
  const refuse = () => Promise.reject(new BatonError("SECRET", "this drill has no secret of a target"));
  const own = { clock, readSecret: readSecret ?? refuse };
  return watchTargets({ lab, group: group.name, isOn: lab.hosts === undefined, ...own });
}

async function perform(stage: Stage): Promise<DrillEvidence> {
  const { options, group, doors, watch, ledger, workload } = stage;
  const { lab, fault, clock, onProgress } = options;
  await untilWarm(stage);
  const versions = await redisVersions(doors);
  const syncsBefore = await readSyncCounts(doors);
  const presence = watchPresence(clock);
  presence.read();
  const closedCounts = () => new Map(workload.clients.map((client) => [client.id, client.closed()]));
  const closedBefore = closedCounts();
  const injected = await inject(stage);
  const startedAt = new Date(clock.wallMs() - (clock.monotonicMs() - injected.atMs)).toISOString();
  onProgress(injected.sentence);
  const after = await breakAndCure(stage, injected);
  const absence = presence.read();
  presence.close();
  const closedAfter = closedCounts();
  await workload.stop(10_000);
  const findings = [...after.findings];
  await attempt(findings, () =>
    waitFor("the replicas to catch up", () => lookCaughtUp(doors), { withinMs: 10_000 }),
  );
  onProgress("reading every write back from the final primary");
  const entries = ledger.entries(injected.atMs);
  const finalPrimary = (await primaryNode(options, group)).host;
  const targets = await targetsAfter(stage, injected.atMs, findings);
  const { cure, wholeMs } = after;
  const cureAtMs = cure === undefined ? undefined : cure.atMs - injected.atMs;
  const audited = await audit({ ...stage, lab, entries, primary: finalPrimary, cureAtMs });
  const { isStock = false } = options;
  const journals = isStock ? [] : await readJournals(lab, injected.atMs);
  return resultOf({
    ...after,
    fault,
    lab,
    group,
    versions,
    injected,
    finalPrimary,
    wholeMs: findings.length === 0 ? wholeMs : undefined,
    findings,
    entries,
    audited,
    clients: workload.clients,
    readings: new Map([...workload.readers].map(([id, one]) => [id, one.readings(injected.atMs)])),
    closed: new Map([...closedAfter].map(([id, count]) => [id, count - (closedBefore.get(id) ?? 0)])),
    targets,
    resyncs: resyncsBetween(syncsBefore, await readSyncCounts(doors)),
    seen: [...watch.seen, ...journals, ...sightsSeen(stage.targets.all())],
    startedAt,
    endedMs: clock.monotonicMs(),
    ...absence,
    isStock,
  });
}

/** What was measured stands, whether its note can be kept or not. */
async function keepNote(options: DrillOptions, group: GroupPlan, evidence: DrillEvidence) {
  const { lab, onProgress } = options;
  try {
    const primary = await primaryNode(options, group);
    await leaveNote({ lab, group, primary, note: drillNote(evidence, randomUUID()) });
  } catch (error) {
    if (!(error instanceof BatonError)) throw error;
    onProgress(`no note of this drill is kept in ${group.name}: ${error.message}`);
  }
}

type Place = Pick<Stage, "group" | "doors" | "watch" | "targets">;

async function withClients(options: DrillOptions, place: Place): Promise<DrillEvidence> {
  const { lab, fault, clock, isStock = false, paceMs = PACE_MS, reads = false } = options;
  const { group, doors } = place;
  const primary = await primaryNode(options, group);
  requireNeeds(fault, { lab, group, primary });
  // Without agents nobody would hear of it.
  const mark = isStock ? undefined : await markDrill({ lab, group, doors, primary, fault, clock });
  try {
    const ledger = openLedger();
    const run = `baton:drill:${Math.round(clock.wallMs()).toString(36)}`;
    const keyOf = (client: string) => `${run}:${client}`;
    const clients = await openAll(options, { group, primary, keyOf });
    options.onLists?.(clients.map(({ id }) => keyOf(id)));
    const workload = startWorkload({ clients, ledger, clock, keyOf, paceMs, reads });
    try {
      const evidence = await perform({ ...place, options, primary, ledger, workload, keyOf });
      // Before the word of the drill goes: agents look at the notes then.
      if (!isStock) await keepNote(options, group, evidence);
      return evidence;
    } finally {
      await workload.stop(100);
    }
  } finally {
    await mark?.end();
  }
}

/**
 * @throws BatonError when the drill cannot begin, or when the final primary cannot be read: then
 * nothing is known.
 */
export async function runDrill(options: DrillOptions): Promise<DrillEvidence> {
  const { lab, clock, signal } = options;
  const group = firstGroup(lab);
  const doors = openDoors(lab, group);
  const watch = watchSentinels(lab, clock);
  const targets = openTargetWatch(options, group);
  try {
    const look = async () => await lookWhole(doors, group);
    await waitFor("a healthy cluster to begin with", look, { withinMs: 20_000, signal, clock });
    return await withClients(options, { group, doors, watch, targets });
  } finally {
    watch.close();
    await targets.close();
    doors.close();
  }
}
