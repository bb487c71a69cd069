// Failovers, switchovers, fences and drills of a group as one list, newest first, each with a sentence.
import { counted } from "../drawings/words.ts";
import { took } from "../state/words.ts";
import type { DrillNote } from "../wire/drill-note.ts";
import type { Incident } from "../wire/events.ts";
import { drillKey, incidentKey } from "./drawn.ts";

interface Told {
  readonly key: string;
  /** UTC, ISO 8601. */
  readonly at: string;
  /** How it went, as a severity. */
  readonly severity: string;
  /** failover, switchover, fence, drill. */
  readonly word: string;
  readonly sentence: string;
}

export type Episode = Told &
  (
    | { readonly kind: "incident"; readonly incident: Incident }
    | { readonly kind: "drill"; readonly note: DrillNote }
  );

function incidentSentence({ from, to, epoch, outcome, durationMs }: Incident): string {
  const where = [from === null ? "" : `from ${from}`, to === null ? "" : `to ${to}`];
  const led = epoch === null ? "" : `epoch ${epoch}`;
  const end =
    outcome === "done"
      ? `done${durationMs === null ? "" : ` in ${took(durationMs)}`}`
      : outcome === "undone"
        ? "given up, nothing changed"
        : "under way";
  const place = where.filter((part) => part !== "").join(" ");
  return [place, led, end].filter((part) => part !== "").join(", ");
}

const OUTCOMES: Readonly<Record<string, string>> = { done: "fine", undone: "warning", open: "info" };
const VERDICTS: Readonly<Record<string, string>> = { held: "fine", broken: "error", unknown: "warning" };

function drillSentence({ fault, place, verdict, rtoMs, objectiveMs, lost, acknowledged }: DrillNote) {
  const where = place === "" ? "" : ` on ${place === "lab" ? "a lab" : "its hosts"}`;
  const away = rtoMs === null ? "no writes again" : `writes away ${took(rtoMs)}`;
  const asked = objectiveMs > 0 ? ` of ${took(objectiveMs)}` : "";
  const kept = `${lost} of ${counted(acknowledged, "acknowledged write")} lost`;
  return `${fault}${where}: ${verdict}, ${away}${asked}, ${kept}`;
}

export function episodesOf(
  incidents: readonly Incident[],
  drills: readonly DrillNote[],
): readonly Episode[] {
  const told = incidents.map((incident): Episode => {
    const { kind: word, startedAt: at, outcome } = incident;
    const severity = OUTCOMES[outcome] ?? "info";
    const sentence = incidentSentence(incident);
    return { kind: "incident", key: incidentKey(incident), at, severity, word, sentence, incident };
  });
  const proved = drills.map((note): Episode => {
    const severity = VERDICTS[note.verdict] ?? "info";
    const common = { key: drillKey(note), at: note.at, severity, word: "drill" };
    return { kind: "drill", ...common, sentence: drillSentence(note), note };
  });
  const newestFirst = (a: Episode, b: Episode) => (a.at < b.at ? 1 : a.at > b.at ? -1 : 0);
  return [...told, ...proved].sort(newestFirst);
}
