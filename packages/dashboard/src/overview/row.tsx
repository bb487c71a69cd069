// One group in the overview: how it is, where its writes go, and the one sentence that matters most.
import { SeverityTag } from "../parts/severity.tsx";
import { still } from "../parts/still.ts";
import { hashOf } from "../state/address.ts";
import { bytes } from "../state/words.ts";
import type { GroupRow } from "../wire/events.ts";

interface RowProps {
  readonly row: GroupRow;
  readonly index: number;
  readonly count: number;
  readonly rowPx: number;
  /** The row that the keyboard is at: the only one that the tab key stops at. */
  readonly isActive: boolean;
  onActive(name: string): void;
}

export const Row = still(function Row({ row, index, count, rowPx, isActive, onActive }: RowProps) {
  const { name, severity, headline, host, epoch, confirmed, isQuiet } = row;
  return (
    <li
      class="row"
      aria-setsize={count}
      aria-posinset={index + 1}
      style={{ top: `${index * rowPx}px`, height: `${rowPx}px` }}
    >
      <a
        href={hashOf({ kind: "group", name, view: "now" })}
        data-row={name}
        tabIndex={isActive ? 0 : -1}
        onFocus={() => onActive(name)}
      >
        <SeverityTag severity={severity} />
        <span class="name">
          {name}
          {isQuiet ? <span class="quiet-tag">quiet</span> : null}
        </span>
        <span class="headline">{headline}</span>
        <span class="host">
          <span class="unseen">primary </span>
          {host ?? "no route"}
          {host === null || confirmed ? "" : " (early)"}
        </span>
        <Figures row={row} epoch={epoch} />
      </a>
    </li>
  );
});

function Figures({ row, epoch }: { readonly row: GroupRow; readonly epoch: number | null }) {
  const { lagBytesMax, targetsOk, targetsAll } = row;
  return (
    <>
      <span class="figure epoch">
        <span class="unit">epoch </span>
        {epoch ?? "–"}
      </span>
      <span class="figure lag">
        <span class="unit">behind </span>
        {lagBytesMax === null ? "–" : bytes(lagBytesMax)}
      </span>
      <span class={targetsOk < targetsAll ? "figure targets short" : "figure targets"}>
        <span class="unit">targets </span>
        {targetsAll === 0 ? "–" : `${targetsOk} of ${targetsAll}`}
      </span>
    </>
  );
}
