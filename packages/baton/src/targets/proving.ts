// Looks now and then at what a target that is right would need to follow the next primary, too.
import { type Clock, slowness } from "../sys/clock.ts";
import type { KnownTarget } from "./settings.ts";
import type { TargetNews } from "./state.ts";
import type { Target } from "./target.ts";
import { timeLimit } from "../sys/time-limit.ts";

/** How often credentials, rights and the far side's shape are looked at. */
const EVERY_MS = 600_000;

export interface ProvingParts {
  readonly known: KnownTarget;
  readonly clock: Clock;
  readonly write: (news: TargetNews) => void;
}

export interface Proving {
  /** In sentences; empty when all that could be looked at is right. */
  problems(): readonly string[];
  /** When it is time. A newer route ends it at once: it never stands in a change's way. */
  look(target: Target, overtaken: AbortSignal): Promise<void>;
}

export function openProving({ known, clock, write }: ProvingParts): Proving {
  const { name, kind, group } = known.plan;
  let problems: readonly string[] = [];
  let dueAtMs = 0;
  return {
    problems: () => problems,
    async look({ prove, deadlineMs }, overtaken) {
      if (prove === undefined || clock.monotonicMs() < dueAtMs) return;
      const late = timeLimit(deadlineMs * slowness());
      const proofs = await prove(AbortSignal.any([overtaken, late]));
      if (overtaken.aborted) return;
      dueAtMs = clock.monotonicMs() + EVERY_MS;
      const found = proofs.filter(({ verdict }) => verdict === "problem");
      const before = problems;
      problems = found.map(({ sentence }) => sentence);
      for (const problem of problems.filter((one) => !before.includes(one))) {
        write({
          kind: "failed",
          group,
          sentence: `target ${name}: ${problem}`,
          facts: { target: name, kind },
        });
      }
    },
  };
}
