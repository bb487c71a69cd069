// What became of each target after the fault: when it led to the new primary, and whether it ever went back.
// Pure.
import type { Endpoint } from "../../cluster/types.ts";
import { isSameEndpoint } from "../../targets/target.ts";
import type { Sight, WatchedTarget } from "../targets/watch.ts";
import type { TargetResult } from "../types.ts";
import type { Seen } from "../watch.ts";

export interface TargetsInput {
  readonly watched: readonly WatchedTarget[];
  /** Monotonic milliseconds. */
  readonly faultAtMs: number;
  /** Where the primary was at the fault. */
  readonly before: Endpoint;
  /** Where it is in the end. */
  readonly after: Endpoint;
}

const textOf = ({ address, port }: Endpoint): string =>
  address.includes(":") ? `[${address}]:${port}` : `${address}:${port}`;

/** A sight that goes back behind an earlier one, in words; null when none does. */
function wentBack(sights: readonly Sight[], { before, after }: TargetsInput): string | null {
  const hasMoved = !isSameEndpoint(before, after);
  let newest: Sight | undefined;
  let isThere = false;
  for (const sight of sights) {
    const { endpoint, epoch } = sight;
    if (epoch !== undefined && newest?.epoch !== undefined && epoch < newest.epoch) {
      return `from epoch ${newest.epoch} to ${epoch} (${textOf(endpoint)})`;
    }
    // Without an epoch, the old primary after the new one is all that can be seen of it.
    if (hasMoved && isThere && isSameEndpoint(endpoint, before)) return `to ${textOf(endpoint)} again`;
    isThere ||= isSameEndpoint(endpoint, after);
    newest = sight;
  }
  return null;
}

/** From the fault to the first sight of the final primary that stayed; null when it never led there. */
function followedMs(
  sights: readonly Sight[],
  { faultAtMs, before, after }: TargetsInput,
): number | null {
  if (isSameEndpoint(before, after)) return null;
  const elsewhere = sights.findLastIndex(({ endpoint }) => !isSameEndpoint(endpoint, after));
  const first = sights[elsewhere + 1];
  return first === undefined ? null : Math.round(first.atMs - faultAtMs);
}

/** For the timeline. */
export const sightsSeen = (watched: readonly WatchedTarget[]): readonly Seen[] =>
  watched.flatMap(({ name, sights }) =>
    sights.map(({ atMs, endpoint, epoch }) => {
      const held = epoch === undefined ? "" : ` (epoch ${epoch})`;
      return {
        monotonicMs: atMs,
        event: "target",
        who: name,
        detail: `leads to ${textOf(endpoint)}${held}`,
      };
    }),
  );

export function targetResults(input: TargetsInput): readonly TargetResult[] {
  return input.watched.map(({ name, kind, sights, silence }): TargetResult => {
    const last = sights.at(-1);
    return {
      name,
      kind,
      followedMs: followedMs(sights, input),
      isLed: last === undefined ? null : isSameEndpoint(last.endpoint, input.after),
      wentBack: wentBack(sights, input),
      epoch: last?.epoch ?? null,
      leadsTo: last === undefined ? null : textOf(last.endpoint),
      silence: silence ?? null,
    };
  });
}
