// The live page: what one agent sees of its cluster. Pure: everything that it shows comes in.
import { useState } from "preact/hooks";
import type { AgentActions, Token } from "./actions/agent-actions.ts";
import { BringsStyle } from "./drawings/frame.tsx";
import { GroupPage } from "./group/group-page.tsx";
import { Overview } from "./overview/overview.tsx";
import { type Address, hashOf } from "./state/address.ts";
import { announcedSeconds, type Freshness, freshnessOf, isOfThisConnection } from "./state/fresh.ts";
import type { Live } from "./state/live.ts";
import { dayTime, duration } from "./state/words.ts";
import type { Zones } from "./topology/picture.ts";
import type { Hello } from "./wire/events.ts";

export interface AppProps {
  readonly live: Live;
  /** Monotonic milliseconds, on the clock of `live`. */
  readonly nowMs: number;
  readonly address: Address;
  readonly widthPx: number;
  /** By host; must stay the same object as long as it says the same. */
  readonly zones: Zones;
  readonly actions: AgentActions;
}

export function App(props: AppProps) {
  const { live, nowMs } = props;
  const [text, change] = useState("");
  const freshness = freshnessOf(live, nowMs);
  const shown = shownGroup(live, props.address);
  const isOld = freshness.kind === "stale" || (shown !== undefined && !isOfThisConnection(live, shown));
  return (
    <BringsStyle.Provider value={false}>
      <div class={isOld ? "page stale" : "page"}>
        <Top live={live} freshness={freshness} />
        <Notice freshness={freshness} live={live} />
        <main>
          <Body {...props} shown={shown} token={{ text, change }} />
        </main>
        <Foot hello={live.hello} />
      </div>
    </BringsStyle.Provider>
  );
}

/** With one group there is nothing to choose: it is what the overview shows, too. */
function shownGroup(live: Live, address: Address): string | undefined {
  if (address.kind === "group") return address.name;
  const [only] = live.rows.keys();
  return live.areRowsWhole && live.rows.size === 1 ? only : undefined;
}

interface BodyProps extends AppProps {
  readonly shown: string | undefined;
  readonly token: Token;
}

function Body({ live, nowMs, address, widthPx, zones, actions, shown, token }: BodyProps) {
  if (shown === undefined)
    return live.areRowsWhole ? <Overview live={live} widthPx={widthPx} /> : <Waiting />;
  const heard = live.groups.get(shown);
  if (heard === undefined)
    return live.areRowsWhole && !live.rows.has(shown) ? <Unknown name={shown} /> : <Waiting />;
  const view = address.kind === "group" ? address.view : "now";
  const { status } = heard;
  const own = { live, status, view, nowMs, widthPx, zones, actions, token };
  return <GroupPage key={shown} {...own} />;
}

function Waiting() {
  return (
    <div class="waiting" aria-hidden="true">
      <span />
      <span />
      <span />
    </div>
  );
}

function Unknown({ name }: { readonly name: string }) {
  return (
    <section class="nothing">
      <h1>No group {name}</h1>
      <p>
        The agent's cluster file has no group of that name.{" "}
        <a href={hashOf({ kind: "overview" })}>All groups</a>
      </p>
    </section>
  );
}

const BATON = "M3 17.5L17.5 3a2.5 2.5 0 0 1 3.5 3.5L6.5 21a2.5 2.5 0 0 1-3.5-3.5ZM13.5 7l3.5 3.5";

function Top({ live, freshness }: { readonly live: Live; readonly freshness: Freshness }) {
  const { hello, versionFirst } = live;
  const isUpdated = hello !== undefined && hello.version !== versionFirst;
  return (
    <header>
      <a class="brand" href={hashOf({ kind: "overview" })}>
        <svg viewBox="0 0 24 24" width="24" height="24" aria-hidden="true">
          <path d={BATON} />
        </svg>
        Baton
      </a>
      <p class="seen soft">
        {hello === undefined ? "" : "as seen by the agent of "}
        <b>{hello?.observedBy}</b>
      </p>
      {isUpdated ? (
        <button type="button" class="update" onClick={() => location.reload()}>
          The agent is now {hello.version}: load its page
        </button>
      ) : null}
      <span class={`pulse ${freshness.kind}`}>
        <span class="dot" aria-hidden="true" />
        {{ fresh: "live", stale: "old", waiting: "waiting" }[freshness.kind]}
      </span>
    </header>
  );
}

interface NoticeProps {
  readonly freshness: Freshness;
  readonly live: Live;
}

/** Stays in the page while it is empty, so that a screen reader announces what appears in it. */
function Notice({ freshness, live: { complaint } }: NoticeProps) {
  return (
    <>
      <div class="notice" role="status">
        {freshness.kind === "fresh" ? null : <Old freshness={freshness} />}
      </div>
      {complaint === undefined ? null : (
        <div class="notice" role="status">
          <p>
            A word of the agent could not be read, and the one before it is still shown:{" "}
            {complaint.sentence}. <a href="status">What it says, as JSON</a>
          </p>
        </div>
      )}
    </>
  );
}

function Old({ freshness }: { readonly freshness: Exclude<Freshness, { kind: "fresh" }> }) {
  if (freshness.kind === "waiting") return <p class="calm">{freshness.sentence}</p>;
  const { ageMs, sentence } = freshness;
  return (
    <p>
      <span class="unseen">What is shown is {announcedSeconds(ageMs)} s old or older. </span>
      <span class="age" aria-hidden="true">
        {duration(Math.max(1000, ageMs))} old
      </span>{" "}
      {sentence}
    </p>
  );
}

function Foot({ hello }: { readonly hello: Hello | undefined }) {
  return (
    <footer class="soft">
      <span>
        Baton {hello?.version}
        {hello === undefined || hello.startedAt === ""
          ? ""
          : `, agent since ${dayTime(hello.startedAt)}`}
      </span>
      <nav aria-label="For programs">
        <a href="status">status</a>
        <a href="metrics">metrics</a>
        <a href="journal">journal</a>
      </nav>
    </footer>
  );
}
