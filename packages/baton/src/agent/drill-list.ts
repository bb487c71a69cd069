// Keeps how the last drills of a group ended, as read from its primary now and then, and at once when a
// drill is over.
import type { DrillNote } from "../cluster/drill-note.ts";
import { readDrillNotes } from "../observe/drill-notes.ts";
import type { Door } from "../redis/door.ts";
import type { Clock } from "../sys/clock.ts";
import type { Turn } from "./loop.ts";

const READ_MS = 30_000;
/** Of a thousand groups that were read in the same second not all are to be read in the same one again. */
const SPREAD = 0.2;

export interface DrillListOptions {
  readonly group: string;
  readonly clock: Clock;
  /** From 0 to 1, Math.random by default. */
  readonly random?: () => number;
}

export interface DrillList {
  /** After every turn. Returns at once. */
  see(turn: Turn, isDrillUnderWay: boolean, doorOf: (node: string) => Door): void;
  /** Newest first. */
  notes(): readonly DrillNote[];
}

export function openDrillList({ group, clock, random = Math.random }: DrillListOptions): DrillList {
  let notes: readonly DrillNote[] = [];
  let dueMs = Number.NEGATIVE_INFINITY;
  let wasUnderWay = false;
  let isAsking = false;

  async function read(door: Door): Promise<void> {
    isAsking = true;
    try {
      notes = await readDrillNotes(door, group);
    } catch {
      // What was read before stands; a primary that is away, or refuses, is asked again like any other.
    } finally {
      isAsking = false;
    }
  }

  return {
    see({ observation, decided }, isDrillUnderWay, doorOf) {
      if (wasUnderWay && !isDrillUnderWay) dueMs = Number.NEGATIVE_INFINITY;
      wasUnderWay = isDrillUnderWay;
      const { route } = decided.memory;
      const nowMs = clock.monotonicMs();
      if (isAsking || nowMs < dueMs || route.kind !== "primary" || !route.confirmed) return;
      // A question to a silent node would only end its connection, which the loop needs.
      const isThere = observation.nodes.some(
        ({ node, kind }) => node === route.node && kind === "primary",
      );
      if (!isThere) return;
      dueMs = nowMs + READ_MS * (1 - SPREAD * random());
      void read(doorOf(route.node));
    },
    notes: () => notes,
  };
}
