// What a reader must know before all else: a pause, a drill under way, an agent that doubts itself.
import { clockTime, duration, since } from "../state/words.ts";
import type { GroupStatus } from "../wire/group.ts";

interface BannersProps {
  readonly group: GroupStatus;
  readonly nowMs: number | undefined;
}

function left(until: string, nowMs: number | undefined): string {
  const leftMs = nowMs === undefined ? Number.NaN : Date.parse(until) - nowMs;
  return Number.isNaN(leftMs) || leftMs < 0 ? "" : `, ${duration(leftMs)} from now`;
}

export function Banners({ group: { pause, drill, doubts, drills }, nowMs }: BannersProps) {
  const [last] = drills;
  const lastAge = since(last?.at ?? null, nowMs);
  return (
    <>
      {pause === null ? null : (
        <p class="banner quiet">
          <b>Paused</b> until {clockTime(pause.until)}
          {left(pause.until, nowMs)}, by {pause.by}: agents watch and do nothing.
        </p>
      )}
      {drill === null ? null : (
        <p class="banner quiet">
          <b>Drill {drill.fault}</b> is under way, by {drill.by}, until {clockTime(drill.until)} at the
          latest: what looks broken is meant to be.
        </p>
      )}
      {doubts.map((doubt) => (
        <p key={doubt} class="banner doubt">
          <b>The agent doubts itself</b>: {doubt}. It looks and does nothing until a fresh look.
        </p>
      ))}
      {last?.verdict === "broken" && lastAge !== undefined ? (
        <p class="banner doubt">
          <b>The last drill broke a promise</b>, {lastAge} ago: {last.fault}.
        </p>
      ) : null}
    </>
  );
}
