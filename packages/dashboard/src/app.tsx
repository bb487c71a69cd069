// The live page: what one agent sees of its cluster. Pure, everything it shows comes in.
import { GroupPanel } from "./group.tsx";
import { type Freshness, freshnessOf, type Live } from "./live.ts";
import type { JournalEntry } from "./status.ts";

interface AppProps {
  readonly live: Live;
  /** Monotonic milliseconds, on the clock of `live`. */
  readonly nowMs: number;
}

export function App({ live, nowMs }: AppProps) {
  const freshness = freshnessOf(live, nowMs);
  const { status } = live;
  return (
    <div class={freshness.kind}>
      <header>
        <h1>Baton</h1>
        {status === undefined ? null : (
          <p class="soft">
            as seen by <b>{status.observedBy}</b> at{" "}
            <time dateTime={status.at}>{clockTime(status.at)}</time>
          </p>
        )}
      </header>
      <Notice freshness={freshness} />
      <main>
        {status === undefined
          ? null
          : status.groups.map((group) => <GroupPanel key={group.name} group={group} />)}
        {status === undefined ? null : <Journal entries={live.journal} trouble={live.journalTrouble} />}
      </main>
    </div>
  );
}

/** Stays in the page while it is empty, so that a screen reader announces what appears in it. */
function Notice({ freshness }: { readonly freshness: Freshness }) {
  return (
    <div class="notice" role="status">
      {freshness.kind === "fresh" ? null : <p>{freshness.sentence}</p>}
    </div>
  );
}

interface JournalProps {
  readonly entries: readonly JournalEntry[];
  readonly trouble: string | undefined;
}

function Journal({ entries, trouble }: JournalProps) {
  return (
    <section>
      <h2>What the agent said</h2>
      {trouble === undefined ? null : <p class="notice">The journal could not be read: {trouble}.</p>}
      {entries.length === 0 ? <p class="soft">Nothing yet.</p> : null}
      <ol class="journal">
        {entries.toReversed().map((entry, index) => (
          <li key={index}>
            <time dateTime={entry.at}>{clockTime(entry.at)}</time>
            <span class="soft">{entry.kind}</span>
            <span class="soft">{entry.group}</span>
            <span>{entry.sentence}</span>
          </li>
        ))}
      </ol>
    </section>
  );
}

/** "09:26:53 UTC" of an ISO time; whatever else it is, as it is. */
function clockTime(iso: string): string {
  const time = /T(\d\d:\d\d:\d\d)/u.exec(iso)?.[1];
  return time === undefined ? iso : `${time} UTC`;
}
