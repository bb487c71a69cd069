// `baton top`: every group in one row, the worst first; Enter shows one whole, / looks for some.
import { afterLines, type Changes, isNews, noChanges } from "../changes.ts";
import { windowOf } from "../fold.ts";
import { type Line, plain } from "../spans.ts";
import { topRows } from "../top-rows.ts";
import { newsOf, tableOf } from "../top-table.ts";
import { afterLook, isStale, type LookEvent, looksLine } from "./looks.ts";
import { bodyOfHelp, headOf, tableFoot } from "./top-frame.ts";
import { afterKey } from "./top-keys.ts";
import { heightOf, linesOfGroup, settled, type TopState } from "./top-state.ts";
import { drawn, edges, type Moment, type View, type ViewOptions, windowText } from "./view.ts";

function afterLookOf(state: TopState, event: LookEvent, { nowMs, rows }: Moment): TopState {
  const looks = afterLook(state.looks, event, nowMs);
  if (event.kind !== "seen") return { ...state, looks };
  const { groups, at } = event.status;
  const seen = topRows(groups, at);
  const changes = afterLines(state.changes, newsOf(seen), nowMs);
  const known = settled({ ...state, looks, changes, rows: seen }, rows);
  if (known.mode.kind !== "group") return known;
  const { mode } = known;
  const lines = linesOfGroup(known, mode.name);
  return { ...known, mode: { ...mode, changes: afterLines(mode.changes, lines, nowMs) } };
}

function tableLines(
  state: TopState,
  { colour, hasKeys }: ViewOptions,
  moment: Moment,
): readonly string[] {
  const { looks, changes, shown, at, from } = state;
  const { nowMs, columns, rows } = moment;
  const height = heightOf(rows);
  const table = tableOf(shown, looks.seen?.status.at ?? "", columns);
  const isMarked = (id: string) => isNews(changes, id, nowMs);
  const isFaint = isStale(looks, nowMs);
  // Another height may have come since the last event.
  const first = at >= from + height ? at - height + 1 : from;
  const body = shown.slice(first, first + height).map((row, index) => {
    const isChosen = hasKeys && first + index === at;
    return drawn([table.line(row, isChosen)], { colour, isMarked, isFaint, isChosen }, moment);
  });
  const foot = tableFoot(state, { from: first, height, columns, hasKeys });
  return [
    ...drawn([table.head], { colour }, moment),
    ...body.flat(),
    ...drawn([foot], { colour }, moment),
  ];
}

interface Page {
  readonly title: Line;
  readonly body: readonly Line[];
  readonly from: number;
  readonly changes: Changes;
}

function pageLines(state: TopState, page: Page, { colour }: ViewOptions, moment: Moment) {
  const { looks } = state;
  const { nowMs, columns, rows } = moment;
  const seen = windowOf(page.body, page.from, { columns, height: heightOf(rows) });
  const left = windowText("lines", seen, page.body.length);
  const isMarked = (id: string) => isNews(page.changes, id, nowMs);
  const isFaint = isStale(looks, nowMs) && state.mode.kind === "group";
  return [
    ...drawn([page.title], { colour }, moment),
    ...drawn(seen.lines, { colour, isMarked, isFaint }, moment),
    ...drawn(
      [edges([plain(left)], ["Esc goes back, q quits", "Esc goes back"], columns)],
      { colour },
      moment,
    ),
  ];
}

function belowHead(state: TopState, options: ViewOptions, moment: Moment): readonly string[] {
  const { mode } = state;
  switch (mode.kind) {
    case "group": {
      const title: Line = [plain("group "), { text: mode.name, tone: "strong" }];
      const body = linesOfGroup(state, mode.name);
      const { from, changes } = mode;
      return pageLines(state, { title, body, from, changes }, options, moment);
    }
    case "help":
      return pageLines(
        state,
        {
          title: [plain("help")],
          body: bodyOfHelp(moment.columns),
          from: mode.from,
          changes: noChanges,
        },
        options,
        moment,
      );
    case "filter":
    case "table":
      return tableLines(state, options, moment);
  }
}

export function topView(options: ViewOptions): View<TopState> {
  const { colour } = options;
  return {
    reduce(state, event, moment) {
      if (event.kind === "key") return afterKey(state, event.key, moment);
      return afterLookOf(state, event, moment);
    },
    lines(state, moment) {
      const { nowMs, rows } = moment;
      const head = [headOf(state, moment), looksLine(state.looks, nowMs)];
      return [...drawn(head, { colour }, moment), ...belowHead(state, options, moment)].slice(0, rows);
    },
    isOver: ({ isOver }) => isOver,
  };
}
