// What a terminal draws of a status: less than there is, so that a status of an older or newer agent can be
// drawn, too.
import type { DrillNote } from "../cluster/drill-note.ts";
import type { GroupStatus, Status } from "./status.ts";

export interface ShownProblem {
  /** One of PROBLEMS, or of a newer agent's. */
  readonly code: string;
  readonly severity: "error" | "warning" | "info";
  readonly message: string;
}

export type ShownDrill = Pick<DrillNote, "at" | "fault" | "place" | "sentence" | "verdict">;

export interface ShownGroup extends Omit<GroupStatus, "drills" | "problems" | "confirmations"> {
  readonly problems: readonly ShownProblem[];
  /** Who has to confirm a write; empty when nobody is asked. */
  readonly confirmations:
    | { readonly kind: "asked"; readonly names: readonly string[] }
    | { readonly kind: "not-asked" | "refused" };
  /** Newest first. */
  readonly drills: readonly ShownDrill[];
}

export interface ShownStatus extends Omit<Status, "groups"> {
  readonly groups: readonly ShownGroup[];
}
