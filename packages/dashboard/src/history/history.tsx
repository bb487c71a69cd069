// The history of a group: every failover, switchover, fence and drill, each with its timeline when
// it is opened.
import { useState } from "preact/hooks";
import { IncidentTimeline } from "../drawings/incident-timeline.tsx";
import { OutageTimeline } from "../drawings/outage-timeline.tsx";
import { Mark } from "../parts/severity.tsx";
import { still } from "../parts/still.ts";
import { dayTime, took } from "../state/words.ts";
import type { DrillNote } from "../wire/drill-note.ts";
import type { Incident } from "../wire/events.ts";
import { drawnDrill, drawnIncident } from "./drawn.ts";
import { type Episode, episodesOf } from "./episodes.ts";

interface HistoryProps {
  readonly incidents: readonly Incident[] | undefined;
  readonly drills: readonly DrillNote[];
  /** So many at most are listed; all of them without. */
  readonly countMax?: number;
}

export const History = still(function History({ incidents, drills, countMax }: HistoryProps) {
  const all = episodesOf(incidents ?? [], drills);
  const shown = countMax === undefined ? all : all.slice(0, countMax);
  if (shown.length === 0)
    return (
      <p class="soft">
        {incidents === undefined
          ? "The agent has not told its history yet."
          : "No failover, switchover, fence or drill in this agent's journal."}
      </p>
    );
  return (
    <ol class="episodes">
      {shown.map((episode, index) => (
        <EpisodeItem
          key={episode.key}
          episode={episode}
          isOpenFirst={countMax === undefined && index === 0}
        />
      ))}
    </ol>
  );
});

interface EpisodeItemProps {
  readonly episode: Episode;
  /** Opened without being asked for. */
  readonly isOpenFirst: boolean;
}

/** A drawing costs time: it is made when it is looked at. */
function EpisodeItem({ episode, isOpenFirst }: EpisodeItemProps) {
  const [isOpen, setIsOpen] = useState(isOpenFirst);
  const { at, severity, word, sentence } = episode;
  return (
    <li class="episode">
      <details open={isOpen} onToggle={({ currentTarget }) => setIsOpen(currentTarget.open)}>
        <summary>
          <Mark severity={severity} />
          <span class="word">{word}</span>
          <span class="sentence">{sentence}</span>
          <time class="soft" dateTime={at}>
            {dayTime(at)}
          </time>
        </summary>
        {isOpen ? <EpisodeBody episode={episode} /> : null}
      </details>
    </li>
  );
}

const EpisodeBody = still(function EpisodeBody({ episode }: { readonly episode: Episode }) {
  const isDrill = episode.kind === "drill";
  return (
    <div class="episode-body">
      {isDrill && episode.note.sentence !== "" ? <p>{episode.note.sentence}</p> : null}
      <div class="wide" role="group" aria-label={`Timeline of the ${episode.word}`} tabIndex={0}>
        {isDrill ? (
          <OutageTimeline {...drawnDrill(episode.note)} />
        ) : (
          <IncidentTimeline {...drawnIncident(episode.incident)} />
        )}
      </div>
      {isDrill ? <DrillSteps note={episode.note} /> : <IncidentSteps incident={episode.incident} />}
    </div>
  );
});

function IncidentSteps({ incident }: { readonly incident: Incident }) {
  return (
    <ol class="steps">
      {incident.steps.map(({ name, afterMs, sentence }) => (
        <li key={name}>
          <span class="after">+{took(afterMs)}</span>
          <b>{name}</b>
          <span class="soft">{sentence}</span>
        </li>
      ))}
    </ol>
  );
}

function DrillSteps({ note }: { readonly note: DrillNote }) {
  return (
    <ol class="steps">
      {note.marks.map(({ atMs, event, who }, index) => (
        <li key={index}>
          <span class="after">{atMs < 0 ? `−${took(-atMs)}` : `+${took(atMs)}`}</span>
          <b>{event}</b>
          <span class="soft">{who}</span>
        </li>
      ))}
    </ol>
  );
}
