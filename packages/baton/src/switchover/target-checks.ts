// Whether the group's targets would follow a new primary, by what the agents that serve them have written
// down. Pure.
import type { TargetPlan } from "../cluster/types.ts";
import type { Observation, TargetNote } from "../observe/types.ts";
import type { Check } from "./types.ts";

/** Why a target would not follow, or undefined. */
function trouble({ name, on }: TargetPlan, notes: readonly TargetNote[]): string | undefined {
  const own = notes.filter((note) => note.name === name);
  const bad = own.find(({ ok }) => !ok);
  if (bad !== undefined) return `${name}: the agent of ${bad.host} says: ${bad.sentence}`;
  const silent = on.filter((host) => own.every((note) => note.host !== host));
  if (silent.length === on.length)
    return `${name}: no agent that serves it says a word (${on.join(", ")})`;
  // One that each host has for itself is led by nobody else.
  const isOwn = own.some(({ reach }) => reach === "host");
  if (isOwn && silent.length > 0) return `${name}: the agent of ${silent.join(", ")} says nothing`;
  return undefined;
}

/** None for a group without targets. */
export function targetChecks(plans: readonly TargetPlan[], observation: Observation): readonly Check[] {
  const [first] = plans;
  if (first === undefined) return [];
  const nodes = observation.nodes.filter((view) => view.kind === "primary");
  const notes = nodes.flatMap(({ targets = [] }) => targets);
  const troubles = plans.flatMap((plan) => trouble(plan, notes) ?? []);
  const names = plans.map(({ name }) => name).join(", ");
  const sentence = troubles.length === 0 ? `led where they should be: ${names}` : troubles.join("; ");
  return [{ id: "targets", ok: troubles.length === 0, sentence }];
}
