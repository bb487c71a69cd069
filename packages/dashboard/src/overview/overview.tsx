// All groups, the worst first: a filter, the keyboard, and no more rows in the page than are seen.
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";
import type { Live } from "../state/live.ts";
import { countsOf, orderedRows, type Severity } from "../state/order.ts";
import { moved, moveOf, rowWindow } from "../state/window.ts";
import type { GroupRow } from "../wire/events.ts";
import { Filter } from "./filter.tsx";
import { Row } from "./row.tsx";
import { useViewport } from "./viewport.ts";

interface OverviewProps {
  readonly live: Live;
  readonly widthPx: number;
}

const NARROW_BELOW_PX = 720;
const ROW_PX = 46;
const ROW_NARROW_PX = 96;

export function Overview({ live, widthPx }: OverviewProps) {
  const [text, setText] = useState("");
  const [severity, setSeverity] = useState<Severity | "quiet" | undefined>(undefined);
  const counts = useMemo(() => countsOf(live.rows.values()), [live.rows]);
  const rows = useMemo(
    () => orderedRows(live.rows.values(), { text: text.trim(), severity }),
    [live.rows, text, severity],
  );
  return (
    <section class="overview" aria-labelledby="overview-heading">
      <h1 id="overview-heading">Groups</h1>
      <Filter
        text={text}
        severity={severity}
        counts={counts}
        all={live.rows.size}
        changeText={setText}
        changeSeverity={setSeverity}
      />
      <p class="unseen" role="status">
        {rows.length === live.rows.size ? "" : `${rows.length} of ${live.rows.size} groups`}
      </p>
      {rows.length === 0 ? (
        <p class="nothing">
          {live.rows.size === 0 ? "The agent has no group." : "No group is like that."}
        </p>
      ) : (
        <Rows rows={rows} rowPx={widthPx < NARROW_BELOW_PX ? ROW_NARROW_PX : ROW_PX} />
      )}
    </section>
  );
}

interface RowsProps {
  readonly rows: readonly GroupRow[];
  readonly rowPx: number;
}

function Rows({ rows, rowPx }: RowsProps) {
  const list = useRef<HTMLUListElement>(null);
  const [active, setActive] = useState<string | undefined>(undefined);
  const wantsFocus = useRef(false);
  const viewport = useViewport(list);
  const { first, end } = rowWindow(rows.length, rowPx, viewport);
  const found = rows.findIndex(({ name }) => name === active);
  const activeIndex = Math.max(0, found);
  const shown = rows.slice(first, end).map((row, index) => ({ row, index: first + index }));
  const activeRow = rows[activeIndex];
  // The row with the keyboard stays in the page, or the focus would be lost when it is scrolled away.
  const isAway = activeRow !== undefined && (activeIndex < first || activeIndex >= end);
  const drawn = isAway ? [...shown, { row: activeRow, index: activeIndex }] : shown;

  const onKey = (event: KeyboardEvent) => {
    const move = moveOf(event.key);
    if (move === undefined || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    const page = Math.max(1, Math.floor(viewport.heightPx / rowPx) - 2);
    const next = moved(found, move, rows.length, page);
    wantsFocus.current = true;
    setActive(rows[next]?.name);
  };
  useArrival(list, onKey);
  useLayoutEffect(() => {
    if (!wantsFocus.current || activeRow === undefined) return;
    wantsFocus.current = false;
    show(list.current, activeIndex, rowPx);
    list.current?.querySelector<HTMLElement>(`[tabindex="0"]`)?.focus({ preventScroll: true });
  });
  return (
    <>
      <Head />
      <ul
        ref={list}
        class="rows"
        role="list"
        aria-label="Groups, the worst first"
        style={{ height: `${rows.length * rowPx}px` }}
        onKeyDown={onKey}
      >
        {drawn.map(({ row, index }) => (
          <Row
            key={row.name}
            row={row}
            index={index}
            count={rows.length}
            rowPx={rowPx}
            isActive={index === activeIndex}
            onActive={setActive}
          />
        ))}
      </ul>
    </>
  );
}

/** For those who see it: each row says its own words to a screen reader. */
function Head() {
  return (
    <div class="row head" aria-hidden="true">
      <span>State</span>
      <span>Group</span>
      <span>What matters most</span>
      <span>Primary</span>
      <span class="figure">Epoch</span>
      <span class="figure">Behind</span>
      <span class="figure">Targets</span>
    </div>
  );
}

/** From wherever nobody types, the arrow keys lead into the list. */
function useArrival(
  list: { readonly current: HTMLElement | null },
  onKey: (event: KeyboardEvent) => void,
) {
  const latest = useRef(onKey);
  latest.current = onKey;
  useEffect(() => {
    const arrive = (event: KeyboardEvent) => {
      const isArrow = event.key === "ArrowDown" || event.key === "ArrowUp";
      const { activeElement: at } = document;
      const isFree = at === null || at === document.body || at.id === "filter";
      if (isArrow && isFree && list.current !== null) latest.current(event);
    };
    addEventListener("keydown", arrive);
    return () => removeEventListener("keydown", arrive);
  }, []);
}

const MARGIN_PX = 12;

/** Scrolls as little as it takes to have the row in view. */
function show(list: HTMLElement | null, index: number, rowPx: number): void {
  if (list === null) return;
  const topPx = list.getBoundingClientRect().top + index * rowPx;
  const bottomPx = topPx + rowPx;
  if (topPx < MARGIN_PX) scrollBy(0, topPx - MARGIN_PX);
  else if (bottomPx > innerHeight - MARGIN_PX) scrollBy(0, bottomPx - innerHeight + MARGIN_PX);
}
