// What stands around the table of `baton top`: how many groups are how bad, what a key does, the help.
import { counted, wrapped } from "../../cluster/text.ts";
import { columnLines } from "../columns.ts";
import { type Line, plain, type Span, type Tone } from "../spans.ts";
import type { Severity } from "../severity.ts";
import type { TopRow } from "../top-rows.ts";
import { HEADS } from "../top-table.ts";
import type { TopState } from "./top-state.ts";
import { edges, type Moment, windowText } from "./view.ts";

const KINDS: readonly (readonly [Severity, Tone | undefined])[] = [
  ["error", "bad"],
  ["warning", "attention"],
  ["info", undefined],
  ["fine", "good"],
];

/** "1 error, 2 fine" of all groups, whatever the filter leaves out. */
function countsOf(rows: readonly TopRow[]): Line {
  const said = KINDS.flatMap(([severity, tone]) => {
    const count = rows.filter((row) => row.severity === severity).length;
    const isCounted = severity === "error" || severity === "warning";
    const text = isCounted ? counted(count, severity) : `${count} ${severity}`;
    return count === 0 ? [] : [{ text, tone }];
  });
  return said.flatMap((span, index) => (index === 0 ? [span] : [plain(", "), span]));
}

export function headOf({ looks, rows, shown, filter }: TopState, { columns }: Moment): Line {
  const title: Span = { text: "baton top", tone: "strong" };
  if (looks.seen === undefined) return [title];
  const counts = [title, plain(`  ${counted(rows.length, "group")}: `), ...countsOf(rows)];
  if (filter === "") return rows.length === 0 ? [title, plain("  no groups")] : counts;
  return edges(counts, [`${shown.length} with "${filter}"`], columns, "attention");
}

export interface Foot {
  readonly from: number;
  readonly height: number;
  readonly columns: number;
  readonly hasKeys: boolean;
}

export function tableFoot({ mode, filter, shown, rows, looks }: TopState, foot: Foot): Line {
  const { from, height, columns, hasKeys } = foot;
  const seen = { from, to: Math.min(shown.length, from + height) };
  if (mode.kind === "filter") {
    const typed: Line = [plain(`/${filter}`), { text: "_", tone: "strong" }];
    return edges(typed, ["Enter keeps it, Esc drops it"], columns);
  }
  const isNothing = looks.seen !== undefined && rows.length > 0 && shown.length === 0;
  const left = isNothing ? "no group has these words" : windowText("rows", seen, shown.length);
  const keys = ["Enter shows one, / filters, ? help, q quits", "? help, q quits", "q quits"];
  return edges([plain(left)], hasKeys ? keys : ["Ctrl-C ends"], columns);
}

const KEYS: readonly (readonly [string, string])[] = [
  ["up, down, k, j", "the row above or below; also Page Up, Page Down, Home, End"],
  ["Enter", "the whole status of the chosen group; Esc goes back"],
  ["/", "only groups with these words in their name, host, problem, severity"],
  ["Esc", "drops the filter"],
  ["q, Ctrl-C", "ends it; Ctrl-Z stops it until `fg`"],
];

const KEY_CELLS = 16;

function explained(pairs: readonly (readonly [string, string])[], columns: number): readonly Line[] {
  return columnLines(
    pairs.flatMap(([word, sentence]) =>
      wrapped(sentence, Math.max(16, columns - KEY_CELLS - 2)).map((part, index) => [
        plain((index === 0 ? `  ${word}` : "").padEnd(KEY_CELLS)),
        plain(part),
      ]),
    ),
  );
}

export function bodyOfHelp(columns: number): readonly Line[] {
  return [
    [plain("keys")],
    ...explained(KEYS, columns),
    [plain("columns")],
    ...explained(HEADS, columns),
    ...wrapped(
      "What has changed is in reverse for 5 s. What is dim was seen over 3 s ago: the second line " +
        "says why. The worst groups come first, by name within.",
      columns,
    ).map((line) => [plain(line)]),
  ];
}
