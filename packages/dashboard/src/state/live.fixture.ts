// What the page knows after some events, for its tests.
import {
  entryAnswers,
  groupAnswer,
  helloAnswer,
  incidentAnswer,
  NOW,
  rowAnswer,
} from "../wire/events.fixture.ts";
import { type LiveEvent, readEvent } from "../wire/events.ts";
import { beginning, heard, type Live, opened } from "./live.ts";

export function told(live: Live, kind: LiveEvent["kind"], value: unknown, nowMs = 1000): Live {
  return heard(live, readEvent(kind, JSON.stringify(value)), nowMs);
}

/** All that an agent with one group says when a page connects. */
export function usualLive(group: object = groupAnswer, row: object = rowAnswer): Live {
  let live = told(opened(beginning, undefined), "hello", helloAnswer);
  live = told(live, "overview", { isWhole: true, at: NOW, rows: [row] });
  live = told(live, "group", group);
  for (const entry of entryAnswers) live = told(live, "journal", entry);
  live = told(live, "incidents", { group: "orders", incidents: [incidentAnswer] });
  return told(live, "pulse", { at: NOW, oldestTurnMs: 120 });
}
