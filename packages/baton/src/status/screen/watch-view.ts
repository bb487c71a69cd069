// `baton status --watch` on a terminal: the whole status of every group, with its age, and what has changed
// marked for some seconds.
import { afterLines, type Changes, isNews, noChanges } from "../changes.ts";
import { type Pane, windowOf } from "../fold.ts";
import { type Line, plain } from "../spans.ts";
import { allGroupLines } from "../text.ts";
import { afterLook, isStale, type Looks, looksLine, noLooks } from "./looks.ts";
import {
  drawn,
  edges,
  isInterrupt,
  type Moment,
  scrolled,
  type View,
  type ViewOptions,
  windowText,
} from "./view.ts";

export interface WatchState {
  readonly looks: Looks;
  readonly changes: Changes;
  readonly body: readonly Line[];
  /** The first line of the body that is seen. */
  readonly from: number;
  readonly isOver: boolean;
}

export const watchBegin: WatchState = {
  looks: noLooks,
  changes: noChanges,
  body: [],
  from: 0,
  isOver: false,
};

/** The line above the body and the one below it. */
const FRAME_ROWS = 2;

const paneOf = ({ columns, rows }: Moment): Pane => ({
  columns,
  height: Math.max(1, rows - FRAME_ROWS),
});

export function watchView({ colour, hasKeys }: ViewOptions): View<WatchState> {
  return {
    reduce(state, event, moment) {
      if (event.kind === "key") {
        const { key } = event;
        const isQuit = isInterrupt(key) || (key.kind === "text" && key.text === "q");
        const from = scrolled(state.body, state.from, key, paneOf(moment));
        return { ...state, from: from ?? state.from, isOver: state.isOver || isQuit };
      }
      const looks = afterLook(state.looks, event, moment.nowMs);
      if (event.kind !== "seen") return { ...state, looks };
      const body = allGroupLines(event.status);
      return { ...state, looks, body, changes: afterLines(state.changes, body, moment.nowMs) };
    },
    lines({ looks, changes, body, from }, moment) {
      const { nowMs, columns, rows } = moment;
      const seen = windowOf(body, from, paneOf(moment));
      const left = windowText("lines", seen, body.length);
      const keys = left === "" ? ["q quits"] : ["j and k scroll, q quits", "j, k; q quits"];
      const foot = edges([plain(left)], hasKeys ? keys : ["Ctrl-C ends"], columns);
      const isMarked = (id: string) => isNews(changes, id, nowMs);
      const isFaint = isStale(looks, nowMs);
      return [
        ...drawn([looksLine(looks, nowMs)], { colour }, moment),
        ...drawn(seen.lines, { colour, isMarked, isFaint }, moment),
        ...drawn([foot], { colour }, moment),
      ].slice(0, rows);
    },
    isOver: ({ isOver }) => isOver,
  };
}
