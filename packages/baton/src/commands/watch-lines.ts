// `baton status --watch` where nothing can be drawn: lines for a log, or an object a line for a program.
import { clean } from "../status/cells.ts";
import { afterLines, differ, noChanges } from "../status/changes.ts";
import type { LookEvent } from "../status/screen/looks.ts";
import type { ShownStatus } from "../status/shown.ts";
import { allGroupLines, statusLines } from "../status/text.ts";
import type { Context } from "./command.ts";
import { lookAgain } from "./play-view.ts";

/** A reader that is so far behind gets nothing more until it has caught up. */
const BACKLOG_BYTES_MAX = 8 << 20;
const REPEAT_MS = 60_000;

/** The whole status when anything in it has changed; once a minute a line that says that nothing has. */
function linesOf({ terminal, clock }: Context): (event: LookEvent) => void {
  let changes = noChanges;
  let failure: string | undefined;
  let saidMs = clock.monotonicMs();
  const now = () => new Date(clock.wallMs()).toISOString();
  const say = (...lines: readonly string[]) => {
    saidMs = clock.monotonicMs();
    for (const line of lines) terminal.out(line);
  };
  return (event) => {
    const nowMs = clock.monotonicMs();
    if (event.kind === "looking") return;
    if (event.kind === "failed") {
      if (event.reason !== failure) say(clean(`${now()} cannot look: ${event.reason}`));
      failure = event.reason;
      return;
    }
    const before = changes;
    changes = afterLines(before, allGroupLines(event.status), nowMs);
    const isBack = failure !== undefined;
    failure = undefined;
    if (isBack || differ(before, changes)) say(event.status.at, ...statusLines(event.status, terminal));
    else if (nowMs - saidMs >= REPEAT_MS) say(`${event.status.at} nothing has changed`);
  };
}

const objectsOf =
  ({ terminal }: Context) =>
  (event: LookEvent): void => {
    if (event.kind === "failed") terminal.note(clean(`cannot look: ${event.reason}`));
    if (event.kind === "seen") terminal.out(JSON.stringify(event.status));
  };

/** Until the signal is aborted, or nobody reads any more. */
export async function watchLines(
  look: (signal: AbortSignal) => Promise<ShownStatus>,
  asJson: boolean,
  context: Context,
): Promise<void> {
  const { terminal } = context;
  const gone = new AbortController();
  const signal = AbortSignal.any([context.signal, gone.signal]);
  const tell = asJson ? objectsOf(context) : linesOf(context);
  const onEvent = (event: LookEvent) => {
    if (terminal.isReaderGone?.() === true) gone.abort();
    else if (terminal.outBacklogBytes() <= BACKLOG_BYTES_MAX) tell(event);
  };
  await lookAgain({ look, onEvent }, context, signal);
}
