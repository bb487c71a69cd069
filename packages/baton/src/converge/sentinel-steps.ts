// Starts and restarts the Sentinel of this host while all others are there.
import type { GroupPlan, SentinelPlan } from "../cluster/types.ts";
import { agree, heardViews, isSame } from "../decide/agree.ts";
import type { Observation } from "../observe/types.ts";
import { untilWhole, WHOLE_MS } from "./node-steps.ts";
import { startUnit } from "./systemd.ts";
import { type Place, watchUntil } from "./watch.ts";

const SYSTEMD_MS = 120_000;
/** Sentinels introduce themselves every 2 s, once they have found each other by the primary. */
const KNOWN_MS = 60_000;

function notYetOneOfThem(
  observation: Observation,
  self: SentinelPlan,
  sentinels: readonly SentinelPlan[],
): readonly string[] {
  const own = observation.views.find(({ sentinel }) => sentinel === self.id);
  if (own === undefined || own.kind === "silent") return [`the Sentinel on ${self.id} does not answer`];
  const agreement = agree(observation.views);
  // Of a new cluster whose other Sentinels are not there yet nothing more can be asked.
  if (agreement.kind !== "agreed") return [];
  if (!isSame(own.primary, agreement.primary))
    return [`the Sentinel on ${self.id} follows another primary than the majority`];
  const primary = observation.nodes.find((view) => view.kind === "primary");
  if (primary === undefined) return [];
  const unaware = heardViews(observation.views).filter(
    ({ sentinel, peers }) => sentinel !== self.id && !peers.some((peer) => isSame(peer, self)),
  );
  const unknown = heardViews(observation.views).filter(({ sentinel }) => {
    const plan = sentinels.find(({ id }) => id === sentinel);
    return plan !== undefined && plan.id !== self.id && !own.peers.some((peer) => isSame(peer, plan));
  });
  return [
    ...unaware.map(({ sentinel }) => `the Sentinel on ${sentinel} does not know that on ${self.id}`),
    ...unknown.map(({ sentinel }) => `the Sentinel on ${self.id} does not know that on ${sentinel}`),
  ];
}

async function untilKnown(
  groups: readonly GroupPlan[],
  self: SentinelPlan,
  place: Place,
  signal: AbortSignal,
): Promise<void> {
  for (const group of groups) {
    const judge = (observation: Observation) =>
      notYetOneOfThem(observation, self, place.layout.sentinels);
    const what = `the Sentinel on ${self.id} is one of them`;
    await watchUntil(what, group, place, judge, { withinMs: KNOWN_MS, signal });
  }
}

export async function startSentinelUnit(
  unit: string,
  self: SentinelPlan,
  place: Place,
  signal: AbortSignal,
): Promise<string> {
  await startUnit(unit, "start", SYSTEMD_MS, signal);
  await untilKnown(place.layout.groups, self, place, signal);
  return `the Sentinel on ${self.id} runs`;
}

/** @throws BatonError UNABLE while anything is amiss in any group: a majority must be left without it. */
export async function restartSentinel(
  unit: string,
  self: SentinelPlan,
  place: Place,
  signal: AbortSignal,
): Promise<string> {
  const { groups } = place.layout;
  for (const group of groups)
    await untilWhole(place, group, { exceptSentinel: self.id, withinMs: WHOLE_MS, signal });
  await startUnit(unit, "restart", SYSTEMD_MS, signal);
  for (const group of groups) await untilWhole(place, group, { withinMs: WHOLE_MS, signal });
  await untilKnown(groups, self, place, signal);
  return `the Sentinel on ${self.id} runs anew`;
}
