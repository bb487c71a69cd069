// What each key does to `baton top`, as a function from one state to the next.
import type { Key } from "../../sys/keys.ts";
import { afterLines, noChanges } from "../changes.ts";
import { bodyOfHelp } from "./top-frame.ts";
import { heightOf, linesOfGroup, settled, type TopMode, type TopState } from "./top-state.ts";
import { clamped, isInterrupt, type Moment, moved, scrolled } from "./view.ts";

const FILTER_CHARACTERS_MAX = 60;

const wordOf = (key: Key): string => (key.kind === "named" ? key.name : key.text);

function opened(state: TopState, name: string, { nowMs }: Moment): TopState {
  const changes = afterLines(noChanges, linesOfGroup(state, name), nowMs);
  return { ...state, chosen: name, mode: { kind: "group", name, from: 0, changes } };
}

function inTable(state: TopState, key: Key, moment: Moment): TopState {
  const { rows } = moment;
  const to = moved(key, state.at, heightOf(rows));
  if (to !== undefined) {
    const at = clamped(to, state.shown.length);
    return settled({ ...state, at, chosen: state.shown[at]?.name }, rows);
  }
  const row = state.shown[state.at];
  switch (wordOf(key)) {
    case "q":
      return { ...state, isOver: true };
    case "?":
      return { ...state, mode: { kind: "help", from: 0 } };
    case "/":
      return { ...state, mode: { kind: "filter", before: state.filter } };
    case "escape":
      return settled({ ...state, filter: "" }, rows);
    case "enter":
      return row === undefined ? state : opened(state, row.name, moment);
    default:
      return state;
  }
}

function inFilter(state: TopState, before: string, key: Key, rows: number): TopState {
  const typed = (filter: string) => settled({ ...state, filter, chosen: undefined, from: 0 }, rows);
  const characters = Array.from(state.filter);
  if (key.kind === "text") {
    return characters.length >= FILTER_CHARACTERS_MAX ? state : typed(state.filter + key.text);
  }
  if (key.name === "backspace") return typed(characters.slice(0, -1).join(""));
  if (key.name === "enter") return { ...state, mode: { kind: "table" } };
  if (key.name === "escape") return { ...typed(before), mode: { kind: "table" } };
  return state;
}

type PageMode = Extract<TopMode, { readonly from: number }>;

function onPage(state: TopState, mode: PageMode, key: Key, { rows, columns }: Moment): TopState {
  const body = mode.kind === "group" ? linesOfGroup(state, mode.name) : bodyOfHelp(columns);
  const from = scrolled(body, mode.from, key, { columns, height: heightOf(rows) });
  if (from !== undefined) return { ...state, mode: { ...mode, from } };
  switch (wordOf(key)) {
    case "q":
      return { ...state, isOver: true };
    case "enter":
    case "escape":
    case "backspace":
    case "?":
      return { ...state, mode: { kind: "table" } };
    default:
      return state;
  }
}

export function afterKey(state: TopState, key: Key, moment: Moment): TopState {
  if (isInterrupt(key)) return { ...state, isOver: true };
  const { mode } = state;
  switch (mode.kind) {
    case "table":
      return inTable(state, key, moment);
    case "filter":
      return inFilter(state, mode.before, key, moment.rows);
    case "group":
    case "help":
      return onPage(state, mode, key, moment);
  }
}
