// The tables of the report's page: every client, every event, bounded in number and in length, and more
// tightly on paper.
import type { ComponentChildren } from "preact";
import { counted, milliseconds, seconds } from "redis-baton-dashboard/drawings";
import { clientsOnPaper, eventsOnPaper } from "./paper.ts";
import type { ClientResult, DrillResult, TimelineEntry } from "../types.ts";
import {
  awayMs,
  byKind,
  errorClasses,
  kindFigure,
  type KindResult,
  measured,
  printable,
} from "./words.ts";

const CLIENTS_MAX = 200;
const EVENTS_MAX = 500;
const ERROR_CLASSES_MAX = 8;
const NAME_MAX = 80;
const DETAIL_MAX = 300;
const COLUMNS = [
  "Client",
  "Outage",
  "Longest gap",
  "Longest call",
  "Closed",
  "Sent",
  "Acknowledged",
  "Lost",
  "Unknown",
];

interface WideProps {
  readonly label: string;
  readonly children: ComponentChildren;
}

/** What may be wider than the screen: it scrolls alone, by keyboard as well. */
export function Wide({ label, children }: WideProps) {
  return (
    <div class="wide" role="region" aria-label={label} tabIndex={0}>
      {children}
    </div>
  );
}

export function ClientsTable({ result }: { readonly result: DrillResult }) {
  const kinds = byKind(result);
  const paper = clientsOnPaper(result);
  return (
    <Wide label="Clients">
      <table>
        <caption>
          Outage: from the fault to the first acknowledged write that survived. Longest gap: between two
          such writes, from the fault on. Closed: connections that it had and lost. Lost: acknowledged,
          and not on the final primary. Unknown: sent and never answered.
        </caption>
        <thead>
          <tr>
            {COLUMNS.map((name, index) => (
              <th key={name} scope="col" class={index === 0 ? "" : "number"}>
                {name}
              </th>
            ))}
            <th scope="col" class="text">
              Errors by class
            </th>
          </tr>
        </thead>
        {kinds.map((kind, index) => (
          <KindRows
            key={kind.kind}
            kind={kind}
            result={result}
            onPaper={index < paper.kinds ? paper.ofKind : 0}
            isNamed={paper.isNamed}
          />
        ))}
        {kinds.length <= paper.kinds ? null : (
          <tbody class="paper">
            <tr>
              <td colSpan={COLUMNS.length + 1}>
                {`and ${counted(kinds.length - paper.kinds, "more kind")} of clients, in result.json`}
              </td>
            </tr>
          </tbody>
        )}
      </table>
    </Wide>
  );
}

interface KindRowsProps {
  readonly kind: KindResult;
  readonly result: DrillResult;
  /** How many of its clients are shown on paper; 0: nothing of it. */
  readonly onPaper: number;
  /** Whether on paper there is room for rows about the kind itself. */
  readonly isNamed: boolean;
}

function KindRows({ kind, result, onPaper, isNamed }: KindRowsProps) {
  const left = kind.clients.length - CLIENTS_MAX;
  const leftOnPaper = onPaper === 0 || !isNamed ? 0 : kind.clients.length - onPaper;
  const median = kind.medianMs === null ? "" : `, median ${measured(kind.medianMs)}`;
  return (
    <tbody class={onPaper === 0 ? "screen" : ""}>
      <tr class={isNamed && kind.clients.length > 1 ? "kind" : "kind screen"}>
        <th colSpan={COLUMNS.length + 1} scope="rowgroup">
          {kind.label} <span class="soft">{`(${kind.kind}): ${kindFigure(result, kind)}${median}`}</span>
        </th>
      </tr>
      {kind.clients.slice(0, CLIENTS_MAX).map((client, index) => (
        <ClientRow
          key={client.id}
          client={client}
          result={result}
          look={index < onPaper ? "" : "screen"}
        />
      ))}
      {leftOnPaper <= 0 ? null : (
        <tr class="paper">
          <td
            colSpan={COLUMNS.length + 1}
          >{`and ${counted(leftOnPaper, "more client")}, in result.json`}</td>
        </tr>
      )}
      {left <= 0 ? null : (
        <tr class="screen">
          <td
            colSpan={COLUMNS.length + 1}
          >{`and ${counted(left, "more client")}, in the JSON result`}</td>
        </tr>
      )}
    </tbody>
  );
}

interface ClientRowProps {
  readonly client: ClientResult;
  readonly result: DrillResult;
  readonly look: string;
}

function ClientRow({ client, result, look }: ClientRowProps) {
  const { kind, outageMs, longestGapMs, lost, stuck, complaint } = client;
  const classes = errorClasses(client.errors, ERROR_CLASSES_MAX) || "none";
  const troubles = [...(stuck === true ? ["stuck"] : []), ...(complaint === null ? [] : [complaint])];
  const { objectiveMs, measures, isPromised } = result.rto;
  const away = awayMs(result, client);
  // The promise is about the router: a comparison that is late breaks none, so it is not marked.
  const isLate = away === null || (away > objectiveMs && isPromised !== false);
  const late = kind === "router" && isLate ? "number bad" : "number";
  return (
    <tr class={look}>
      <th scope="row">
        <div class="name">{printable(client.id, NAME_MAX)}</div>
      </th>
      <td class={measures === "outage" ? late : "number"}>{figureOf(outageMs)}</td>
      <td class={measures === "outage" ? "number" : late}>{figureOf(longestGapMs)}</td>
      <td class="number">{milliseconds(client.longestCallMs)}</td>
      <td class="number">{client.closed}</td>
      <td class="number">{client.sent}</td>
      <td class="number">{client.acknowledged}</td>
      <td class={lost > 0 ? "number bad" : "number"}>{lost}</td>
      <td class="number">{client.unknown}</td>
      <td class="text">
        <div class="clamp">
          {[classes, ...troubles.map((one) => printable(one, DETAIL_MAX))].join("; ")}
        </div>
      </td>
    </tr>
  );
}

const figureOf = (ms: number | null): string => (ms === null ? "never wrote again" : milliseconds(ms));

interface Shown {
  readonly entry: TimelineEntry;
  readonly look: string;
}

function shownEvents(result: DrillResult): readonly Shown[] {
  const onPaper = eventsOnPaper(result);
  return [...result.timeline]
    .sort((one, other) => one.atMs - other.atMs)
    .slice(0, EVENTS_MAX)
    .map((entry) => ({ entry, look: onPaper.has(entry) ? "" : "screen" }));
}

export function EventsTable({ result }: { readonly result: DrillResult }) {
  const shown = shownEvents(result);
  const left = result.timeline.length - shown.length;
  const leftOnPaper = result.timeline.length - shown.filter(({ look }) => look === "").length;
  return (
    <Wide label="Events">
      <table>
        <caption>Times are relative to the fault.</caption>
        <thead>
          <tr>
            <th scope="col" class="number">
              Time
            </th>
            <th scope="col">Event</th>
            <th scope="col">Who</th>
            <th scope="col" class="text">
              Detail
            </th>
          </tr>
        </thead>
        <tbody>
          {shown.map(({ entry, look }, index) => (
            <EventRow key={index} entry={entry} look={look} />
          ))}
          {left <= 0 ? null : (
            <tr class="screen">
              <td colSpan={4}>{`and ${counted(left, "more event")}, in the JSON result`}</td>
            </tr>
          )}
          {leftOnPaper <= 0 ? null : (
            <tr class="paper">
              <td colSpan={4}>{`and ${counted(leftOnPaper, "more event")}, in result.json`}</td>
            </tr>
          )}
        </tbody>
      </table>
    </Wide>
  );
}

function EventRow({ entry, look }: Shown) {
  return (
    <tr class={look}>
      <td class="number">{`${entry.atMs > 0 ? "+" : ""}${seconds(entry.atMs, 3)}`}</td>
      <th scope="row">
        <div class="name">{printable(entry.event, NAME_MAX)}</div>
      </th>
      <td>
        <div class="name">{printable(entry.who, NAME_MAX)}</div>
      </td>
      <td class="text">
        <div class="clamp">{printable(entry.detail, DETAIL_MAX)}</div>
      </td>
    </tr>
  );
}
