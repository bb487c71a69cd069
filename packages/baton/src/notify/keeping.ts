// Between two messages of a notice: reads who has sent the last one, says that this agent lives when it was
// this one, and brings to Redis what is not there yet.
import { BEAT_MS } from "./next.ts";
import type { CourierParts } from "./parts.ts";
import type { NoticeRecord } from "./record.ts";
import { isLocal, lifeOf } from "./sending.ts";
import type { Tracked } from "./tracked.ts";

/** How often it is looked whether whoever has opened a notice still lives. */
const READ_EVERY_MS = 5_000;
const REWRITE_MS = 1_000;

async function rewrite(parts: CourierParts, one: Tracked, record: NoticeRecord): Promise<void> {
  const { notes, clock, host, tell } = parts;
  // What another agent has sent is its own to write, unless it is dead, and then somebody goes on.
  if (record.by !== host) return void (one.isUnwritten = false);
  const isThere = await notes.write(one.place, record, { lifeMs: lifeOf(record), claim: undefined });
  one.isUnwritten = !isThere;
  if (isThere) return;
  one.dueMs = Math.min(one.dueMs, clock.monotonicMs() + REWRITE_MS);
  // Until Redis has it the others know it from here alone, and a message may be lost.
  tell({ kind: "sent", ...one.place, record });
}

async function read(parts: CourierParts, one: Tracked): Promise<void> {
  const { notes, clock } = parts;
  one.readMs = clock.monotonicMs();
  const standing = await notes.read(one.place);
  const found = standing?.record;
  if (found !== undefined && one.adopt(found, clock.monotonicMs())) parts.onCopy(one);
  // A failover may have lost it.
  if (standing !== undefined && found === undefined) one.isUnwritten = true;
}

function beat({ clock, tell }: CourierParts, one: Tracked): void {
  if (one.known === undefined) return;
  const { record } = one.known;
  one.known = { ...one.known, record: { ...record, beat: record.beat + 1 } };
  one.isUnwritten = true;
  one.beatMs = clock.monotonicMs();
  tell({ kind: "sent", ...one.place, record: one.known.record });
}

/** Leaves in `dueMs` when it has to be called again at the latest. */
export async function keepUp(parts: CourierParts, one: Tracked): Promise<void> {
  const { clock, host } = parts;
  const record = one.known?.record;
  if (record === undefined || isLocal(one)) return;
  if (record.state !== "open") {
    if (one.isUnwritten) await rewrite(parts, one, record);
    return;
  }
  const nowMs = clock.monotonicMs();
  const isBeatDue = () =>
    one.isMine(host) && one.gaveUpOn === undefined && nowMs >= one.beatMs + BEAT_MS;
  // Before each sign of life: while this process stood still, somebody else may have gone on.
  if (isBeatDue() || nowMs >= one.readMs + READ_EVERY_MS) await read(parts, one);
  if (isBeatDue()) beat(parts, one);
  if (one.isUnwritten && one.known !== undefined) await rewrite(parts, one, one.known.record);
  const beatMs = one.isMine(host) && one.gaveUpOn === undefined ? one.beatMs + BEAT_MS : Infinity;
  one.dueMs = Math.min(one.dueMs, beatMs, one.readMs + READ_EVERY_MS);
}
