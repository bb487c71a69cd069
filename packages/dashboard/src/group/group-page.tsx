// One group: where writes go, what is decided and why, what is wrong, who is where, and what happened.
import { ActionsBar } from "../actions/actions-bar.tsx";
import type { AgentActions, Token } from "../actions/agent-actions.ts";
import { History } from "../history/history.tsx";
import { type Address, hashOf } from "../state/address.ts";
import { agentNowMs } from "../state/fresh.ts";
import type { Live } from "../state/live.ts";
import { Topology } from "../topology/topology.tsx";
import type { Zones } from "../topology/picture.ts";
import type { GroupStatus } from "../wire/group.ts";
import { Banners } from "./banners.tsx";
import { Problems } from "./problems.tsx";
import { DecisionCard, RouteCard } from "./route-card.tsx";
import { Tables } from "./tables.tsx";
import { Timeline } from "./timeline.tsx";

export interface GroupPageProps {
  readonly live: Live;
  readonly status: GroupStatus;
  readonly view: "now" | "history";
  readonly nowMs: number;
  readonly widthPx: number;
  readonly zones: Zones;
  readonly actions: AgentActions;
  readonly token: Token;
}

/** From here on topology and timeline stand side by side. */
const TWO_COLUMNS_FROM_PX = 1100;
const PAGE_MOST_PX = 1360;
const LATEST_EPISODES = 4;

/** What the page leaves to the drawing, in pixels; it is scaled where that is not exact. */
function drawingWidth(widthPx: number): number {
  if (widthPx < 700) return widthPx - 30;
  const pagePx = Math.min(widthPx, PAGE_MOST_PX) - 48;
  return widthPx < TWO_COLUMNS_FROM_PX ? pagePx - 36 : Math.round(pagePx * 0.66) - 48;
}

export function GroupPage(props: GroupPageProps) {
  const { live, status, view, actions, token } = props;
  const { name } = status;
  const nowMs = agentNowMs(live, props.nowMs);
  const isAlone = live.rows.size <= 1;
  return (
    <article class="group" aria-labelledby="group-heading">
      <div class="group-top">
        <div>
          {isAlone ? null : (
            <a class="back" href={hashOf({ kind: "overview" })}>
              <span aria-hidden="true">←</span> All groups
            </a>
          )}
          <h1 id="group-heading">{name}</h1>
        </div>
        <Views name={name} view={view} />
        <ActionsBar
          group={status}
          canChange={live.hello?.canChange ?? false}
          actions={actions}
          token={token}
        />
      </div>
      <p class="unseen" role="status">
        {routeSentence(status)}
      </p>
      <Banners group={status} nowMs={nowMs} />
      {view === "now" ? <Now {...props} /> : <Past {...props} />}
    </article>
  );
}

/** Announced when it changes: whoever listens learns of a failover without looking for it. */
function routeSentence({ name, route }: GroupStatus): string {
  if (route.kind === "none") return `${name} has no route.`;
  return `Writes of ${name} go to ${route.host}, epoch ${route.epoch}.`;
}

function Views({ name, view }: { readonly name: string; readonly view: "now" | "history" }) {
  const link = (to: "now" | "history", words: string) => {
    const address: Address = { kind: "group", name, view: to };
    return (
      <a href={hashOf(address)} aria-current={view === to ? "page" : undefined}>
        {words}
      </a>
    );
  };
  return (
    <nav class="views" aria-label="Views of this group">
      {link("now", "Now")}
      {link("history", "History")}
    </nav>
  );
}

function Now({ live, status, nowMs, widthPx, zones }: GroupPageProps) {
  const agentMs = agentNowMs(live, nowMs);
  return (
    <>
      <div class="cards">
        <RouteCard group={status} nowMs={agentMs} />
        <DecisionCard group={status} nowMs={agentMs} />
      </div>
      <Problems problems={status.problems} isRouted={status.route.kind === "primary"} />
      <div class="columns">
        <section class="panel" aria-labelledby="topology-heading">
          <h2 id="topology-heading">Topology</h2>
          <Topology group={status} zones={zones} widthPx={drawingWidth(widthPx)} />
          <Tables group={status} />
        </section>
        <Timeline entries={live.journal} group={status.name} />
      </div>
      <section class="latest" aria-labelledby="latest-heading">
        <h2 id="latest-heading">Latest failovers, switchovers and drills</h2>
        <History
          incidents={live.incidents.get(status.name)}
          drills={status.drills}
          countMax={LATEST_EPISODES}
        />
      </section>
    </>
  );
}

function Past({ live, status }: GroupPageProps) {
  return (
    <section class="past" aria-labelledby="past-heading">
      <h2 id="past-heading">Failovers, switchovers, fences and drills</h2>
      <History incidents={live.incidents.get(status.name)} drills={status.drills} />
    </section>
  );
}
