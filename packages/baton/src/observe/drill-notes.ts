// How the last drills of a group ended, as it stands in the group's own Redis.
import { DRILL_NOTES_MAX, type DrillNote, drillNoteFrom } from "../cluster/drill-note.ts";
import { drillsKey } from "../cluster/shared-keys.ts";
import type { Door } from "../redis/door.ts";

/**
 * Newest first, at most 20. What is none is left out: applications can write there, too.
 * @throws as a door does; ReplyRefused where the user `agent` is one of an older Baton, without LRANGE.
 */
export async function readDrillNotes(
  door: Pick<Door, "call">,
  group: string,
): Promise<readonly DrillNote[]> {
  const reply = await door.call(["LRANGE", drillsKey(group), "0", String(DRILL_NOTES_MAX - 1)]);
  if (!Array.isArray(reply)) return [];
  return reply.slice(0, DRILL_NOTES_MAX).flatMap((one) => drillNoteFrom(one) ?? []);
}
