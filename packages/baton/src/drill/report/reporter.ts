// The shape of every reporter: pure, from the evidence of a drill to one text.
import type { DrillEvidence } from "../types.ts";

export interface TerminalOptions {
  /** Width of the terminal; less than 60 is taken as 60. */
  readonly columns: number;
  readonly colour: boolean;
}

export interface Reporter {
  readonly id: string;
  readonly summary: string;
  /** The options matter to reporters for a terminal only. */
  render(evidence: DrillEvidence, options: TerminalOptions): string;
}
