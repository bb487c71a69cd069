// What `baton top` knows and shows at a moment, and how the chosen row stays where a person left it.
import { type Changes, noChanges } from "../changes.ts";
import { type Line, plain } from "../spans.ts";
import { groupLines } from "../text.ts";
import { filtered, type TopRow } from "../top-rows.ts";
import { type Looks, noLooks } from "./looks.ts";
import { clamped } from "./view.ts";

export type TopMode =
  | { readonly kind: "table" }
  /** What is typed filters at once; Escape brings back what was there before. */
  | { readonly kind: "filter"; readonly before: string }
  | {
      readonly kind: "group";
      readonly name: string;
      readonly from: number;
      /** What is news on this page: nothing is when it is opened. */
      readonly changes: Changes;
    }
  | { readonly kind: "help"; readonly from: number };

export interface TopState {
  readonly looks: Looks;
  readonly changes: Changes;
  /** All groups, the worst first. */
  readonly rows: readonly TopRow[];
  readonly filter: string;
  /** Those of `rows` that the filter leaves. */
  readonly shown: readonly TopRow[];
  /** The group that was chosen by a key: its row stays chosen wherever it goes. Undefined: the first row. */
  readonly chosen: string | undefined;
  /** Index of the chosen row in `shown`, and of the first one that is seen. */
  readonly at: number;
  readonly from: number;
  readonly mode: TopMode;
  readonly isOver: boolean;
}

export const topBegin: TopState = {
  looks: noLooks,
  changes: noChanges,
  rows: [],
  filter: "",
  shown: [],
  chosen: undefined,
  at: 0,
  from: 0,
  mode: { kind: "table" },
  isOver: false,
};

/** Two lines above, the heads of the columns, one line below. */
const FRAME_ROWS = 4;

export const heightOf = (rows: number): number => Math.max(1, rows - FRAME_ROWS);

/** After rows or filter have changed: the chosen row is found again and seen. */
export function settled(state: TopState, rows: number): TopState {
  const shown = filtered(state.rows, state.filter);
  const found = shown.findIndex(({ name }) => name === state.chosen);
  const at = found < 0 ? clamped(state.chosen === undefined ? 0 : state.at, shown.length) : found;
  const height = heightOf(rows);
  const from = clamped(
    Math.min(Math.max(state.from, at - height + 1), at),
    Math.max(1, shown.length - height + 1),
  );
  return { ...state, shown, at, from };
}

/** The whole status of the group that a page is about. */
export function linesOfGroup({ looks }: TopState, name: string): readonly Line[] {
  const status = looks.seen?.status;
  const group = status?.groups.find((one) => one.name === name);
  if (status === undefined || group === undefined)
    return [[plain(`nothing is known of group ${name} any more`)]];
  return groupLines(group, status.at);
}
