// Where writes go, in which epoch and since when, and what the agent has decided and why.
import { Mark } from "../parts/severity.tsx";
import { since } from "../state/words.ts";
import { type DecisionStatus, endpoint, type GroupStatus } from "../wire/group.ts";

interface CardProps {
  readonly group: GroupStatus;
  /** What time it is for the agent; undefined when it has not said so. */
  readonly nowMs: number | undefined;
}

export function RouteCard({ group, nowMs }: CardProps) {
  const { route, routeSince, confirmedBy } = group;
  if (route.kind === "none")
    return (
      <section class="card route none" aria-labelledby="route-heading">
        <h2 id="route-heading">No route</h2>
        <p class="big">
          <Mark severity="error" /> Writes go nowhere
        </p>
        <p>{route.reason}</p>
      </section>
    );
  const age = since(routeSince, nowMs);
  const word = route.confirmed
    ? "confirmed by a majority of the Sentinels"
    : "early: a majority has yet to confirm it";
  return (
    <section
      class={route.confirmed ? "card route confirmed" : "card route early"}
      aria-labelledby="route-heading"
    >
      <h2 id="route-heading">Writes go to</h2>
      <p class="big" key={`${route.host} ${route.epoch}`}>
        <Mark severity={route.confirmed ? "fine" : "warning"} /> <b class="host">{route.host}</b>{" "}
        <span class="place">{endpoint(route)}</span>
      </p>
      <p>
        epoch <b>{route.epoch}</b>
        {age === undefined ? "" : `, for ${age}`}, {word}
      </p>
      {confirmedBy === null ? null : (
        <p class="soft">Each write is confirmed by {confirmedBy.join(", ") || "no replica"}.</p>
      )}
    </section>
  );
}

/** "stay" and "hold-clients" are the agent's own words; a dash is no word. */
const kindWord = ({ kind }: DecisionStatus): string => kind.replaceAll("-", " ");

export function DecisionCard({ group, nowMs }: CardProps) {
  const { decision } = group;
  const age = since(decision?.at ?? null, nowMs);
  return (
    <section class="card decision" aria-labelledby="decision-heading">
      <h2 id="decision-heading">The agent's decision</h2>
      {decision === null ? (
        <p class="soft">Nothing to decide so far.</p>
      ) : (
        <>
          <p class="big">{kindWord(decision)}</p>
          <p>
            {decision.reason}
            {age === undefined ? "" : <span class="soft"> ({age} ago)</span>}
          </p>
        </>
      )}
    </section>
  );
}
