// Compares what targets say with where they should lead, and changes nothing.
import { slowness, systemClock } from "../sys/clock.ts";
import { openPacers } from "./api/pacer.ts";
import { textOf } from "./api/refusal.ts";
import { openTargetMemory } from "./memory.ts";
import type { KnownTarget } from "./settings.ts";
import {
  endpointText,
  isSameEndpoint,
  type KnownNode,
  type Place,
  type Proof,
  type Surroundings,
  type Target,
} from "./target.ts";
import { timeLimit } from "../sys/time-limit.ts";

export interface Checked {
  readonly name: string;
  readonly kind: string;
  readonly group: string;
  /** `unknown`: it could not be asked. */
  readonly verdict: "right" | "drift" | "unknown";
  readonly sentence: string;
  /** Credentials, rights and reach; empty for a kind that has nothing to prove. */
  readonly proofs: readonly Proof[];
}

export interface CheckParts {
  readonly known: KnownTarget;
  /** Where clients of its group should go; undefined when nobody knows at present. */
  readonly wanted: Place | undefined;
  /** The agent's: what was delivered to a target that cannot be asked stands there. */
  readonly stateDirectory: string;
  /** Of the target's group. */
  readonly nodes: readonly KnownNode[];
  readonly readSecret: Surroundings["readSecret"];
}

interface Found {
  readonly place:
    | { readonly endpoint: Place["endpoint"]; readonly epoch: number | undefined }
    | undefined;
  readonly raw: string;
}

async function openForCheck({ known, nodes, readSecret }: CheckParts): Promise<Target> {
  const { plan, kind, settings } = known;
  const { name, group } = plan;
  const pacerOf = openPacers(systemClock);
  const surroundings = { name, group, nodes, readSecret, wallMs: () => Date.now(), pacerOf };
  return await kind.open(settings, surroundings);
}

async function lookAt(target: Target, { known, stateDirectory }: CheckParts): Promise<Found> {
  if (target.read === undefined) {
    const { applied } = (await openTargetMemory(stateDirectory)).of(known.plan.name);
    const raw = applied && `${endpointText(applied.endpoint)} (epoch ${applied.epoch}), as delivered`;
    return { place: applied, raw: raw ?? "nothing, as far as the agent remembers" };
  }
  const reading = await target.read(timeLimit(target.deadlineMs * slowness()));
  return { place: reading, raw: reading?.raw ?? "nothing" };
}

function judged(
  { place, raw }: Found,
  wanted: Place | undefined,
): Pick<Checked, "verdict" | "sentence"> {
  if (wanted === undefined) {
    return { verdict: "unknown", sentence: `says ${raw}; where it should lead is unknown` };
  }
  const isRight =
    place !== undefined &&
    isSameEndpoint(place.endpoint, wanted.endpoint) &&
    (place.epoch === undefined || place.epoch === wanted.epoch);
  if (isRight) return { verdict: "right", sentence: `says ${raw}` };
  const should = `${endpointText(wanted.endpoint)} (epoch ${wanted.epoch})`;
  return { verdict: "drift", sentence: `says ${raw}; it should lead to ${should}` };
}

/** Never throws for what the world refuses: that is an answer too. */
export async function checkTarget(parts: CheckParts): Promise<Checked> {
  const { name, kind, group } = parts.known.plan;
  const about = { name, kind, group };
  let target: Target | undefined;
  let proofs: readonly Proof[] = [];
  try {
    target = await openForCheck(parts);
    const limit = () => timeLimit((target?.deadlineMs ?? 0) * slowness());
    proofs = (await target.prove?.(limit())) ?? [];
    return { ...about, ...judged(await lookAt(target, parts), parts.wanted), proofs };
  } catch (error) {
    return { ...about, verdict: "unknown", sentence: textOf(error), proofs };
  } finally {
    await target?.close?.();
  }
}
