// The report as one page that needs nothing but itself: no script, no request, and every text from
// outside escaped. On paper it is two pages.
import { LatencyBands, LatencyChart, OutageTimeline } from "redis-baton-dashboard/drawings";
import type { FunctionComponent } from "preact";
import { renderToString } from "preact-render-to-string";
import type { DrillEvidence } from "../types.ts";
import { drawn } from "./drawn.ts";
import { Configuration, Ledger, Limits } from "./page-behind.tsx";
import { pageStyle } from "./page-style.ts";
import { ClientsTable, EventsTable, Wide } from "./page-tables.tsx";
import { Verdict } from "./page-verdict.tsx";
import { printStyle } from "./print-style.ts";
import type { Reporter } from "./reporter.ts";
import { printable } from "./words.ts";

const POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";
const TEXT_MAX = 300;

/** A whole HTML document. Its size is bounded, however long the ledger is. */
export function renderHtml(evidence: DrillEvidence): string {
  return `<!doctype html>\n${renderToString(<Page evidence={evidence} />)}\n`;
}

function Page({ evidence }: { readonly evidence: DrillEvidence }) {
  const { result } = evidence;
  return (
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta http-equiv="Content-Security-Policy" content={POLICY} />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>
          {printable(`${result.verdict}: ${result.fault} on ${result.cluster.name}`, TEXT_MAX)}
        </title>
        <style>{pageStyle + printStyle}</style>
      </head>
      <body>
        <main>
          <Verdict result={result} />
          <Drawings evidence={evidence} />
          <h2>Clients</h2>
          <ClientsTable result={result} />
          <Ledger evidence={evidence} />
          <h2>Events</h2>
          <EventsTable result={result} />
          <Configuration result={result} />
          <Limits result={result} />
        </main>
      </body>
    </html>
  );
}

function Drawings({ evidence }: { readonly evidence: DrillEvidence }) {
  const { timeline, latency, bands } = drawn(evidence);
  return (
    <>
      <h2>What happened</h2>
      <Wide label="Timeline">
        <OnScreenAndPaper of={OutageTimeline} drawing={timeline} />
      </Wide>
      <h2>How long each call took</h2>
      <p class="soft">
        Each mark is the slowest of the calls sent at about that time, the line their median. A call that
        waited for the new primary stands where it was sent, with a line to its answer.
      </p>
      <Wide label="Latency of every call">
        {latency.series.length <= SERIES_ON_PAPER ? (
          <LatencyChart {...latency} />
        ) : (
          <>
            <div class="screen">
              <LatencyChart {...latency} />
            </div>
            <div class="paper">
              <LatencyChart
                {...latency}
                id={`${latency.id}-on-paper`}
                series={latency.series.slice(0, SERIES_ON_PAPER)}
              />
            </div>
          </>
        )}
      </Wide>
      <h2>How long answered calls took, client by client</h2>
      <Wide label="Latency bands of the clients">
        <OnScreenAndPaper of={LatencyBands} drawing={bands} />
      </Wide>
    </>
  );
}

/** As many lanes as can be read on half a page; of each group as many as of any other. */
const SERIES_ON_PAPER = 3;
const GROUPS_ON_PAPER = 5;
const LANES_ON_PAPER = 10;

interface Laned {
  readonly id: string;
  readonly groups: readonly { readonly lanes: readonly unknown[] }[];
}

interface OnScreenAndPaperProps<Drawing extends Laned> {
  readonly of: FunctionComponent<Drawing>;
  readonly drawing: Drawing;
}

/** With many clients there are two drawings: one that shows them, and one that fits. */
function OnScreenAndPaper<Drawing extends Laned>({ of: Draw, drawing }: OnScreenAndPaperProps<Drawing>) {
  const { groups, id } = drawing;
  const count = (all: Laned["groups"]) => all.reduce((sum, { lanes }) => sum + lanes.length, 0);
  if (groups.length <= GROUPS_ON_PAPER && count(groups) <= LANES_ON_PAPER) return <Draw {...drawing} />;
  const shown = groups.slice(0, GROUPS_ON_PAPER);
  const each = Math.max(1, Math.floor(LANES_ON_PAPER / Math.max(1, shown.length)));
  const onPaper = shown.map((group) => ({ ...group, lanes: group.lanes.slice(0, each) }));
  const leftOut = count(groups) - count(onPaper);
  return (
    <>
      <div class="screen">
        <Draw {...drawing} />
      </div>
      <div class="paper">
        <Draw {...drawing} id={`${id}-on-paper`} groups={onPaper} leftOut={leftOut} />
      </div>
    </>
  );
}

export const html: Reporter = {
  id: "html",
  summary: "One self-contained page with drawings, to keep or to send.",
  render: renderHtml,
};
