// Finds the kind of a channel and holds what the cluster file says about it against the kind's own table.
import { z } from "zod";
import type { ChannelPlan } from "../cluster/types.ts";
import { BatonError } from "../errors.ts";
import type { ChannelKind } from "./channel.ts";
import { channelKinds } from "./index.ts";

export interface KnownChannel {
  readonly plan: ChannelPlan;
  readonly kind: ChannelKind;
  /** Read by the kind's own table. */
  readonly settings: unknown;
}

/** Never quotes a value: somebody may have written a password there. */
function sentence(kind: ChannelKind, issue: z.core.$ZodIssue): string {
  const key = issue.path.map(String).join(".");
  if (issue.code === "unrecognized_keys") {
    const { properties = {} } = z.toJSONSchema(kind.settings, { io: "input" });
    const known = Object.keys(properties).join(", ");
    const all = "name, kind, on, groups, severity, settle, drills";
    return `unknown key ${issue.keys.join(", ")}; a ${kind.id} has ${all}, ${known}`;
  }
  return `${key}: ${issue.message}`;
}

/**
 * All channels with their kinds.
 * @throws BatonError CLUSTER_FILE with a line for each mistake, and for each kind that nobody knows.
 */
export function knownChannels(
  plans: readonly ChannelPlan[],
  kinds: readonly ChannelKind[] = channelKinds,
): readonly KnownChannel[] {
  const problems: string[] = [];
  const known = plans.flatMap((plan): KnownChannel[] => {
    const kind = kinds.find(({ id }) => id === plan.kind);
    if (kind === undefined) {
      const ids = kinds.map(({ id }) => id).join(", ");
      problems.push(`channel ${plan.name}: there is no kind ${JSON.stringify(plan.kind)}, only ${ids}`);
      return [];
    }
    const read = kind.settings.safeParse(plan.settings);
    if (read.success) return [{ plan, kind, settings: read.data }];
    const sentences = read.error.issues.map((issue) => sentence(kind, issue));
    problems.push(...sentences.map((one) => `channel ${plan.name} (${kind.id}): ${one}`));
    return [];
  });
  if (problems.length > 0) throw new BatonError("CLUSTER_FILE", problems.join("\n"));
  return known;
}
