// Finds the kind of a target and holds what the cluster file says about it against the kind's own table.
import { z } from "zod";
import type { TargetPlan } from "../cluster/types.ts";
import { BatonError } from "../errors.ts";
import { targetKinds } from "./index.ts";
import type { TargetKind } from "./target.ts";

export interface KnownTarget {
  readonly plan: TargetPlan;
  readonly kind: TargetKind;
  /** Read by the kind's own table. */
  readonly settings: unknown;
}

/** Never quotes a value: somebody may have written a password there. */
function sentence(kind: TargetKind, issue: z.core.$ZodIssue): string {
  const key = issue.path.map(String).join(".");
  if (issue.code === "unrecognized_keys") {
    const { properties = {} } = z.toJSONSchema(kind.settings, { io: "input" });
    const known = Object.keys(properties).join(", ");
    return `unknown key ${issue.keys.join(", ")}; a ${kind.id} has name, kind, on, group, ${known}`;
  }
  return `${key}: ${issue.message}`;
}

/**
 * All targets with their kinds.
 * @throws BatonError CLUSTER_FILE with a line for each mistake, and for each kind that nobody knows.
 */
export function knownTargets(
  plans: readonly TargetPlan[],
  kinds: readonly TargetKind[] = targetKinds,
): readonly KnownTarget[] {
  const problems: string[] = [];
  const known = plans.flatMap((plan): KnownTarget[] => {
    const kind = kinds.find(({ id }) => id === plan.kind);
    if (kind === undefined) {
      const ids = kinds.map(({ id }) => id).join(", ");
      problems.push(`target ${plan.name}: there is no kind ${JSON.stringify(plan.kind)}, only ${ids}`);
      return [];
    }
    const read = kind.settings.safeParse(plan.settings);
    if (read.success) return [{ plan, kind, settings: read.data }];
    const sentences = read.error.issues.map((issue) => sentence(kind, issue));
    problems.push(...sentences.map((one) => `target ${plan.name} (${kind.id}): ${one}`));
    return [];
  });
  if (problems.length > 0) throw new BatonError("CLUSTER_FILE", problems.join("\n"));
  return known;
}
