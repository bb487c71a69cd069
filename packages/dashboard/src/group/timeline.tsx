// The live timeline of a group: what Sentinels said, what the agent decided and did, and why, newest first.
import { useState } from "preact/hooks";
import { still } from "../parts/still.ts";
import { clockTime } from "../state/words.ts";
import type { JournalEntry } from "../wire/events.ts";

/** A page of what happened lately, not an archive: `baton history` and the journal have all of it. */
const SHOWN_MAX = 120;

const WORDS: Readonly<Record<string, string>> = {
  event: "Sentinel",
  decision: "decided",
  done: "did",
  failed: "failed",
  note: "found",
  fenced: "fenced",
  switchover: "switchover",
};
const LOUD = new Set(["failed", "fenced"]);

interface TimelineProps {
  readonly entries: readonly JournalEntry[];
  readonly group: string;
}

export const Timeline = still(function Timeline({ entries, group }: TimelineProps) {
  const [hasEvents, setHasEvents] = useState(true);
  const own = entries.filter((entry) => entry.group === group || entry.group === "");
  const shown = own.filter(({ kind }) => hasEvents || kind !== "event").slice(-SHOWN_MAX);
  return (
    <section class="timeline" aria-labelledby="timeline-heading">
      <div class="heading">
        <h2 id="timeline-heading">What happened</h2>
        <label class="choice">
          <input
            type="checkbox"
            checked={hasEvents}
            onChange={({ currentTarget }) => setHasEvents(currentTarget.checked)}
          />
          Sentinels' events
        </label>
      </div>
      {shown.length === 0 ? <p class="soft">Nothing yet.</p> : null}
      <div class="journal" role="group" tabIndex={0} aria-label="What happened, newest first">
        <ol>
          {shown.toReversed().map((entry) => (
            <Entry key={`${entry.id} ${entry.at}`} entry={entry} />
          ))}
        </ol>
      </div>
    </section>
  );
});

const Entry = still(function Entry({ entry }: { readonly entry: JournalEntry }) {
  const { at, kind, sentence, because } = entry;
  return (
    <li class={LOUD.has(kind) ? "loud" : kind}>
      <time dateTime={at}>{clockTime(at)}</time>
      <span class="kind">{Object.hasOwn(WORDS, kind) ? WORDS[kind] : kind}</span>
      <span class="sentence">
        {sentence}
        {because === null || because === sentence ? null : <span class="soft"> because {because}</span>}
      </span>
    </li>
  );
});
