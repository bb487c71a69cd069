// Places labels at moments of a time axis so that no label touches another and no label's line runs
// through another.

/** A label whose left edge is at `xPx`, where its line goes down to the axis. */
export interface Flag {
  readonly xPx: number;
  readonly widthPx: number;
}

/**
 * The row of each flag, 0 being the nearest to the axis. From right to left, a flag goes above every
 * flag whose line comes up through the space it needs; that is the lowest place without an overlap or a
 * crossing.
 */
export function stackFlags(flags: readonly Flag[], gapPx: number): readonly number[] {
  const rows = flags.map(() => 0);
  const rightToLeft = flags
    .map((flag, index) => ({ ...flag, index }))
    .sort((a, b) => b.xPx - a.xPx || b.index - a.index);
  for (const [place, flag] of rightToLeft.entries()) {
    const endPx = flag.xPx + flag.widthPx + gapPx;
    for (const placed of rightToLeft.slice(0, place)) {
      if (placed.xPx >= endPx) continue;
      rows[flag.index] = Math.max(rows[flag.index] ?? 0, (rows[placed.index] ?? 0) + 1);
    }
  }
  return rows;
}

/** Something that happened, as the timeline marks it. */
export interface Mark {
  readonly atMs: number;
  /** Short name: "+sdown", "promoted". */
  readonly event: string;
  /** The process that said or did it. */
  readonly who: string;
}

export interface MarkGroup {
  readonly event: string;
  /** In ascending order, one or more. */
  readonly marks: readonly [Mark, ...Mark[]];
}

/**
 * Joins marks of the same name that follow each other within `withinMs`: three Sentinels that say +sdown
 * within some milliseconds are one label. At most `countMax` groups, the earliest ones.
 */
export function groupMarks(
  marks: readonly Mark[],
  withinMs: number,
  countMax: number,
): readonly MarkGroup[] {
  const open = new Map<string, [Mark, ...Mark[]]>();
  const groups: MarkGroup[] = [];
  for (const mark of [...marks].sort((a, b) => a.atMs - b.atMs)) {
    const current = open.get(mark.event);
    if (current !== undefined && mark.atMs - current[0].atMs <= withinMs) {
      current.push(mark);
      continue;
    }
    const started: [Mark, ...Mark[]] = [mark];
    open.set(mark.event, started);
    groups.push({ event: mark.event, marks: started });
  }
  return groups.slice(0, countMax);
}
