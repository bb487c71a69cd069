// What an application was told about every write, and what that is worth once the data has been read
// back. Pure.

/** An entry: who wrote which id, how it ended ("done", "not done", "unknown"), when it was told. */
export function openLedger(nowMs) {
  const entries = [];
  return {
    entries,
    add: (who, outcome, id, why = "") => entries.push({ who, outcome, id, why, atMs: nowMs() }),
    doneSince: (who, atMs) =>
      entries.filter((one) => one.who === who && one.outcome === "done" && one.atMs > atMs).length,
  };
}

/** The longest time without a write that was done and survived, from the last one before `atMs` on. */
function awayMs(survived, atMs) {
  const times = survived.map((one) => one.atMs);
  const gaps = times.flatMap((thisMs, index) =>
    index > 0 && thisMs > atMs ? [thisMs - times[index - 1]] : [],
  );
  return gaps.length === 0 ? Number.POSITIVE_INFINITY : Math.max(...gaps);
}

/** What it was told is certainly not there, and never anything else. */
function ghostsOf(own) {
  const others = new Set(own.filter(({ outcome }) => outcome !== "not done").map(({ id }) => id));
  return [...new Set(own.map(({ id }) => id))].filter((id) => !others.has(id));
}

/**
 * One writer in one step: `entries` from the beginning of the example, `kept` every id that is there at the
 * end of the step, `knownLost` the lost ones of earlier steps.
 */
export function summaryOf({ who, entries, kept, atMs, knownLost }) {
  const own = entries.filter((one) => one.who === who);
  const done = own.filter(({ outcome }) => outcome === "done");
  const lost = done.filter(({ id }) => !kept.has(id) && !knownLost.has(`${who} ${id}`));
  const times = lost.map((one) => one.atMs);
  const inStep = own.filter((one) => one.atMs > atMs);
  const count = (outcome) => inStep.filter((one) => one.outcome === outcome).length;
  return {
    who,
    awayMs: awayMs(
      done.filter(({ id }) => kept.has(id)),
      atMs,
    ),
    done: count("done"),
    notDone: count("not done"),
    unknown: count("unknown"),
    lost: lost.map(({ id }) => id),
    lostWindowMs: lost.length === 0 ? 0 : Math.max(...times) - Math.min(...times),
    ghosts: ghostsOf(own).filter((id) => kept.has(id)),
  };
}

const seconds = (ms) => `${(ms / 1_000).toFixed(1)} s`;

function aboutAway({ who, awayMs: away }, { limitMs, stalledMs, stallMsMax }) {
  if (stalledMs > stallMsMax) {
    const sentence = `${who}: ${seconds(stalledMs)} of standstill here: no time can be trusted`;
    return { isKept: "unknown", sentence };
  }
  const allowed = `${seconds(limitMs)} are allowed`;
  const sentence = Number.isFinite(away)
    ? `${who} wrote again: ${seconds(away)} without a write that counts, ${allowed}`
    : `${who} never wrote again what counts, ${allowed}`;
  return { isKept: away <= limitMs, sentence };
}

/** Every promise of a step, and whether it was kept: true, false or "unknown". */
export function judge({ summaries, rpoMs, isPlanned, moved, replica, isCopied, ...times }) {
  const statements = [
    { isKept: moved.from !== moved.to, sentence: `the primary moved from ${moved.from} to ${moved.to}` },
  ];
  for (const summary of summaries) {
    const { who, lost, lostWindowMs, ghosts } = summary;
    statements.push(aboutAway(summary, times));
    const allowed = isPlanned ? "none may be" : `${seconds(rpoMs)} may be`;
    const window = lost.length > 0 ? `, from ${seconds(lostWindowMs)}` : "";
    statements.push({
      isKept: lost.length === 0 || (!isPlanned && lostWindowMs <= rpoMs),
      sentence: `${who}: ${lost.length} acknowledged writes are lost${window}; ${allowed}`,
    });
    if (ghosts.length > 0)
      statements.push({ isKept: false, sentence: `${who}: ${ghosts.length} refused writes are there` });
  }
  const back = replica.afterMs === undefined ? "" : `, ${seconds(replica.afterMs)} after it came back`;
  statements.push({
    isKept: replica.isAttached && isCopied,
    sentence: `${moved.from} is a replica${back}, and holds the same writes`,
  });
  return statements;
}

/** One broken promise breaks it; one that could not be measured leaves it open. */
export function verdictOf(statements) {
  if (statements.some(({ isKept }) => isKept === false)) return { verdict: "broken", exit: 1 };
  if (statements.some(({ isKept }) => isKept !== true)) return { verdict: "unknown", exit: 4 };
  return { verdict: "held", exit: 0 };
}
