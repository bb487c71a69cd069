// `baton doctor --live --watch 60s`: listens to Sentinels for a while before they are asked.
import { parseDuration } from "../cluster/duration.ts";
import { counted, quoted } from "../cluster/text.ts";
import type { Note } from "../doctor/diagnose.ts";
import type { LiveSentinel } from "../doctor/facts.ts";
import type { EventStream } from "../doctor/facts-events.ts";
import { nameOf, placeAt, spanOf } from "../doctor/live/answers.ts";
import { type AskOptions, findSentinels } from "../doctor/live/ask.ts";
import { type Missed, watchSentinels } from "../doctor/live/watch.ts";
import { BatonError } from "../errors.ts";
import type { Context, Given } from "./command.ts";
import { textAsked } from "./doctor-asked.ts";

const LEAST_MS = 1_000;
const MOST_MS = 600_000;
const SAY_MS = 10_000;

/** In ms; undefined when nobody is to be listened to. @throws BatonError USAGE */
export function watchAsked(given: Given): number | undefined {
  const text = textAsked(given, "watch");
  if (text === undefined) return undefined;
  if (given["live"] !== true)
    throw new BatonError("USAGE", "--watch goes with --live; of log files give the paths");
  const ms = parseDuration(text);
  if (ms !== undefined && ms >= LEAST_MS && ms <= MOST_MS) return ms;
  throw new BatonError("USAGE", `--watch ${quoted(text)}: expected 1s to 10m, as in 60s`);
}

export interface Listened {
  readonly heard: readonly EventStream[];
  readonly missed: readonly Missed[];
}

/** To every Sentinel that answers. @throws the signal's reason when it is aborted */
export async function listen(forMs: number, asked: AskOptions, context: Context): Promise<Listened> {
  const { clock, signal, terminal } = context;
  const found = await findSentinels(asked);
  const sentinels = found.filter(({ silence }) => silence === undefined);
  // The questions that follow say why.
  if (sentinels.length === 0) return { heard: [], missed: [] };
  const span = spanOf(forMs);
  const all = counted(sentinels.length, "Sentinel");
  let saidMs = 0;
  return await watchSentinels({
    sentinels: sentinels.map(({ address, port }) => ({ address, port })),
    login: asked.sentinelLogin ?? {},
    tls: asked.tls,
    forMs,
    clock,
    signal,
    onProgress: ({ passedMs, events, listening }) => {
      // Not before: whoever then moves the primary wants that to be heard.
      if (passedMs === 0) terminal.note(`listening to ${String(listening)} of ${all} for ${span}`);
      if (!terminal.isInteractive || passedMs - saidMs < SAY_MS || passedMs >= forMs) return;
      saidMs = passedMs;
      terminal.note(`  ${spanOf(passedMs)} of ${span}, ${counted(events, "event")}`);
    },
  });
}

/** Who was heard in part, and who not at all, though he answers questions. */
export function missedBy(
  { missed }: Listened,
  answers: readonly LiveSentinel[],
): { readonly notes: readonly Note[]; readonly deaf: readonly string[] } {
  const silent = new Set(answers.filter(({ silence }) => silence !== undefined).map(nameOf));
  const parts = missed.filter(({ isWhole }) => !isWhole);
  const whole = missed.filter((one) => one.isWhole && !silent.has(nameOf(one)));
  return {
    notes: parts.map((one) => ({ place: placeAt(one), message: one.clause })),
    deaf: whole.map((one) => `${nameOf(one)} ${one.clause}`),
  };
}
