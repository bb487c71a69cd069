// Compares what targets say with where they should lead, and changes nothing.
import { slowness } from "../sys/clock.ts";
import { openTargetMemory } from "./memory.ts";
import type { KnownTarget } from "./settings.ts";
import { endpointText, isSameEndpoint, type Place, type Surroundings } from "./target.ts";

export interface Checked {
  readonly name: string;
  readonly kind: string;
  readonly group: string;
  /** `unknown`: it could not be asked. */
  readonly verdict: "right" | "drift" | "unknown";
  readonly sentence: string;
}

export interface CheckParts {
  readonly known: KnownTarget;
  /** Where clients of its group should go; undefined when nobody knows at present. */
  readonly wanted: Place | undefined;
  /** The agent's: what was delivered to a target that cannot be asked stands there. */
  readonly stateDirectory: string;
  readonly readSecret: Surroundings["readSecret"];
}

interface Found {
  readonly place:
    | { readonly endpoint: Place["endpoint"]; readonly epoch: number | undefined }
    | undefined;
  readonly raw: string;
}

async function lookAt({ known, stateDirectory, readSecret }: CheckParts): Promise<Found> {
  const { plan, kind, settings } = known;
  const target = await kind.open(settings, { name: plan.name, readSecret, wallMs: () => Date.now() });
  if (target.read === undefined) {
    const { applied } = (await openTargetMemory(stateDirectory)).of(plan.name);
    const raw = applied && `${endpointText(applied.endpoint)} (epoch ${applied.epoch}), as delivered`;
    return { place: applied, raw: raw ?? "nothing, as far as the agent remembers" };
  }
  const reading = await target.read(AbortSignal.timeout(target.deadlineMs * slowness()));
  return { place: reading, raw: reading?.raw ?? "nothing" };
}

/** Never throws for what the world refuses: that is an answer too. */
export async function checkTarget(parts: CheckParts): Promise<Checked> {
  const { name, kind, group } = parts.known.plan;
  const { wanted } = parts;
  const about = { name, kind, group };
  try {
    const { place, raw } = await lookAt(parts);
    if (wanted === undefined) {
      return { ...about, verdict: "unknown", sentence: `says ${raw}; where it should lead is unknown` };
    }
    const isRight =
      place !== undefined &&
      isSameEndpoint(place.endpoint, wanted.endpoint) &&
      (place.epoch === undefined || place.epoch === wanted.epoch);
    const should = `${endpointText(wanted.endpoint)} (epoch ${wanted.epoch})`;
    return isRight
      ? { ...about, verdict: "right", sentence: `says ${raw}` }
      : { ...about, verdict: "drift", sentence: `says ${raw}; it should lead to ${should}` };
  } catch (error) {
    return { ...about, verdict: "unknown", sentence: (error as Error).message };
  }
}
