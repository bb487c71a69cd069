// The tables of the report's page: every client, every event, bounded in number and in length.
import { counted, milliseconds, seconds } from "redis-baton-dashboard/drawings";
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

export function ClientsTable({ result }: { readonly result: DrillResult }) {
  const kinds = byKind(result);
  return (
    <div class="wide">
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
        {kinds.map((kind) => (
          <KindRows key={kind.kind} kind={kind} result={result} />
        ))}
      </table>
    </div>
  );
}

interface KindRowsProps {
  readonly kind: KindResult;
  readonly result: DrillResult;
}

function KindRows({ kind, result }: KindRowsProps) {
  const left = kind.clients.length - CLIENTS_MAX;
  const median = kind.medianMs === null ? "" : `, median ${measured(kind.medianMs)}`;
  return (
    <tbody>
      <tr class="kind">
        <th colSpan={COLUMNS.length + 1} scope="rowgroup">
          {kind.label} <span class="soft">{`(${kind.kind}): ${kindFigure(result, kind)}${median}`}</span>
        </th>
      </tr>
      {kind.clients.slice(0, CLIENTS_MAX).map((client) => (
        <ClientRow key={client.id} client={client} result={result} />
      ))}
      {left <= 0 ? null : (
        <tr>
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
}

function ClientRow({ client, result }: ClientRowProps) {
  const { kind, outageMs, longestGapMs, lost, stuck, complaint } = client;
  const classes = errorClasses(client.errors, ERROR_CLASSES_MAX) || "none";
  const troubles = [...(stuck === true ? ["stuck"] : []), ...(complaint === null ? [] : [complaint])];
  const { objectiveMs, measures, isPromised } = result.rto;
  const away = awayMs(result, client);
  // The promise is about the router: a comparison that is late breaks none, so it is not marked.
  const isLate = away === null || (away > objectiveMs && isPromised !== false);
  const late = kind === "router" && isLate ? "number bad" : "number";
  return (
    <tr>
      <th scope="row">{printable(client.id, NAME_MAX)}</th>
      <td class={measures === "outage" ? late : "number"}>{figureOf(outageMs)}</td>
      <td class={measures === "outage" ? "number" : late}>{figureOf(longestGapMs)}</td>
      <td class="number">{milliseconds(client.longestCallMs)}</td>
      <td class="number">{client.closed}</td>
      <td class="number">{client.sent}</td>
      <td class="number">{client.acknowledged}</td>
      <td class={lost > 0 ? "number bad" : "number"}>{lost}</td>
      <td class="number">{client.unknown}</td>
      <td class="text">{[classes, ...troubles.map((one) => printable(one, DETAIL_MAX))].join("; ")}</td>
    </tr>
  );
}

const figureOf = (ms: number | null): string => (ms === null ? "never wrote again" : milliseconds(ms));

export function EventsTable({ timeline }: { readonly timeline: readonly TimelineEntry[] }) {
  const shown = [...timeline].sort((a, b) => a.atMs - b.atMs).slice(0, EVENTS_MAX);
  const left = timeline.length - shown.length;
  return (
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
        {shown.map((entry, index) => (
          <tr key={index}>
            <td class="number">{`${entry.atMs > 0 ? "+" : ""}${seconds(entry.atMs, 3)}`}</td>
            <th scope="row">{printable(entry.event, NAME_MAX)}</th>
            <td>{printable(entry.who, NAME_MAX)}</td>
            <td class="text">{printable(entry.detail, DETAIL_MAX)}</td>
          </tr>
        ))}
        {left <= 0 ? null : (
          <tr>
            <td colSpan={4}>{`and ${counted(left, "more event")}, in the JSON result`}</td>
          </tr>
        )}
      </tbody>
    </table>
  );
}
