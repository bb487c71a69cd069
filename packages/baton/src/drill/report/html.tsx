// The report as one page that needs nothing but itself: no script, no request, and every text from
// outside escaped.
import { counted, LatencyChart, OutageTimeline, seconds } from "redis-baton-dashboard/drawings";
import { renderToString } from "preact-render-to-string";
import type { DrillEvidence, DrillResult } from "../types.ts";
import { drawn } from "./drawn.ts";
import { pageStyle } from "./page-style.ts";
import { ClientsTable, EventsTable } from "./page-tables.tsx";
import type { Reporter } from "./reporter.ts";
import { printable, resyncFigure, rpoSentence, rtoSentence, staleFigure, VERDICTS } from "./words.ts";

const POLICY = "default-src 'none'; style-src 'unsafe-inline'";
const TEXT_MAX = 300;
const REASONS_MAX = 20;

/** A whole HTML document. Its size is bounded, however long the ledger is. */
export function renderHtml(evidence: DrillEvidence): string {
  return `<!doctype html>\n${renderToString(<Page evidence={evidence} />)}\n`;
}

function Page({ evidence }: { readonly evidence: DrillEvidence }) {
  const { result } = evidence;
  const { fault, cluster } = result;
  const drawings = drawn(evidence);
  return (
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta http-equiv="Content-Security-Policy" content={POLICY} />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>{printable(`${result.verdict}: ${fault} on ${cluster.name}`, TEXT_MAX)}</title>
        <style>{pageStyle}</style>
      </head>
      <body>
        <main>
          <Verdict result={result} />
          <h2>What happened</h2>
          <div class="wide">
            <OutageTimeline {...drawings.timeline} />
          </div>
          <h2>How long each call took</h2>
          <p class="soft">
            Each mark is the slowest of the calls sent at about that time, the line their median. A call
            that waited for the new primary stands where it was sent, with a line to its answer.
          </p>
          <div class="wide">
            <LatencyChart {...drawings.latency} />
          </div>
          <h2>Clients</h2>
          <ClientsTable result={result} />
          <h2>Events</h2>
          <EventsTable timeline={result.timeline} />
          <h2>The cluster</h2>
          <Facts result={result} />
          <Limits result={result} />
        </main>
      </body>
    </html>
  );
}

const SYMBOLS = { held: "✓", broken: "✕", unknown: "?" } as const;

function Verdict({ result }: { readonly result: DrillResult }) {
  const { verdict, reasons, cluster, startedAt } = result;
  const fault = printable(result.fault, TEXT_MAX);
  const name = printable(cluster.name, TEXT_MAX);
  const group = printable(cluster.group, TEXT_MAX);
  const time = printable(startedAt, TEXT_MAX).replace(/T([\d:]+).*/u, " $1 UTC");
  return (
    <header>
      <h1>
        Drill <b>{fault}</b> on <b>{name}</b>, group {group}, {time}
      </h1>
      <section class={`verdict ${verdict}`}>
        <p class="word">
          <span aria-hidden="true">{SYMBOLS[verdict]} </span>
          {verdict.toUpperCase()}
          <small>{VERDICTS[verdict]}</small>
        </p>
        <dl>
          <dt>RTO</dt>
          <dd>{rtoSentence(result)}</dd>
          <dt>RPO</dt>
          <dd>{printable(rpoSentence(result), TEXT_MAX)}</dd>
          {result.stale === null ? null : <dt>Old primary</dt>}
          {result.stale === null ? null : <dd>{staleFigure(result.stale)}</dd>}
        </dl>
        <ul class="reasons">
          {reasons.slice(0, REASONS_MAX).map((reason) => (
            <li key={reason}>{printable(reason, TEXT_MAX)}</li>
          ))}
        </ul>
      </section>
    </header>
  );
}

function Facts({ result }: { readonly result: DrillResult }) {
  const { cluster, rpo } = result;
  const versions = Object.entries(cluster.versions)
    .map(([name, version]) => `${name} ${version}`)
    .sort();
  const facts: readonly (readonly [string, string])[] = [
    ["Processes", `${cluster.nodes} Redis nodes, ${cluster.sentinels} Sentinels`],
    ["Versions", versions.join(", ")],
    ["down-after-milliseconds", `${Math.round(cluster.downAfterMs)} ms`],
    ["failover-timeout", `${Math.round(cluster.failoverTimeoutMs)} ms`],
    ["Links between hosts", cluster.wires ? "through forwarders that can be cut" : "direct"],
    ["Duration of the drill", seconds(result.durationMs, 1)],
    ["Whole again after the cure", result.whole ? "yes, checked" : "not proven"],
    ["Resynchronisations", resyncFigure(result)],
    ["Sent and never answered", `${rpo.unknown} writes`],
    ["Executed more than once", `${rpo.duplicated} writes`],
  ];
  return (
    <dl class="facts">
      {facts.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{printable(value, TEXT_MAX)}</dd>
        </div>
      ))}
    </dl>
  );
}

/** A report that is quoted without its limits is a wrong report: they are part of the page. */
function Limits({ result }: { readonly result: DrillResult }) {
  const wires = result.cluster.wires
    ? " The forwarders between the hosts cost some time of their own."
    : "";
  return (
    <section class="limits">
      <h2>What this does not prove</h2>
      <ul>
        <li>
          All processes ran on one machine and spoke over loopback. Your network adds its round trips,
          its losses and its timeouts; your disks and neighbours add theirs.{wires}
        </li>
        <li>
          Redis replicates asynchronously: a primary acknowledges a write before a replica has it. This
          run lost {counted(result.rpo.lost, "acknowledged write")}, which does not bound what the next
          one loses.
        </li>
        <li>
          A write that was sent and never answered may have been executed or not. It counts neither as
          acknowledged nor as lost, and an application that sends it again may execute it twice.
        </li>
        <li>
          One fault, once: {printable(result.fault, TEXT_MAX)}. A frozen process, a partition or a full
          disk behaves otherwise, and the next run will differ by some hundred milliseconds.
        </li>
        <li>
          Only the clients in the table were measured. Others have timeouts and retries of their own.
        </li>
      </ul>
    </section>
  );
}

export const html: Reporter = {
  id: "html",
  summary: "One self-contained page with drawings, to keep or to send.",
  render: renderHtml,
};
