// What a crash costs: the primary is killed, or cut off with its clients, again and again, with replicated
// and with asynchronous writes side by side.
import { mkdir, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { EXIT } from "../packages/baton/src/errors.ts";
import { systemClock } from "../packages/baton/src/sys/clock.ts";
import { PACE_MS } from "./durability/load.ts";
import { MODES, playSeries, type SeriesOptions, type SeriesResult } from "./durability/series.ts";
import { drawMarkdown, type DurabilityBench } from "./durability/table.ts";
import { readConditions } from "./router/conditions.ts";
import { numberFrom, parsed } from "./support/options.ts";

const options = {
  kills: { type: "string", default: "100" },
  partitions: { type: "string", default: "50" },
  clients: { type: "string", default: "4" },
  out: { type: "string" },
} as const;

function readOptions(args: readonly string[]) {
  const { kills, partitions, clients, out } = parsed(args, options);
  return {
    wanted: {
      kill: numberFrom("kills", kills, 0, 1_000),
      partition: numberFrom("partitions", partitions, 0, 1_000),
    },
    clientsOfEachRouter: numberFrom("clients", clients, 1, 50),
    out: out === undefined ? undefined : resolve(out),
  };
}

/** Both at once; when one cannot be played, the other is ended before anybody is told. */
async function playBoth(
  asked: Omit<SeriesOptions, "mode" | "onProgress">,
  { say, signal }: { say: (line: string) => void; signal: AbortSignal },
): Promise<readonly SeriesResult[]> {
  const giveUp = new AbortController();
  const either = AbortSignal.any([signal, giveUp.signal]);
  let first: unknown;
  const playing = MODES.map(async (mode) => {
    const onProgress = (line: string) => say(`${mode}: ${line}`);
    try {
      return [await playSeries({ ...asked, mode, onProgress }, either)];
    } catch (error) {
      first ??= error;
      giveUp.abort(error);
      return [];
    }
  });
  const series = (await Promise.all(playing)).flat();
  if (first !== undefined) throw first;
  return series;
}

/** Our own promise is what is judged; asynchronous writes may be lost. */
function exitOf(series: readonly SeriesResult[]): number {
  const own = series.filter(({ mode }) => mode === "replicated").flatMap(({ rows }) => rows);
  const broken = own.filter(({ lost, duplicated, ghosts }) => lost + duplicated + ghosts > 0);
  if (broken.length > 0) return EXIT.findings;
  return series.every(({ failures }) => failures.length === 0) ? EXIT.fine : EXIT.unknown;
}

async function writeOut(folder: string, bench: DurabilityBench, markdown: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, "durability.md"), markdown);
  await writeFile(join(folder, "durability.json"), `${JSON.stringify(bench, undefined, 2)}\n`);
}

/** @throws BatonError USAGE, or what a lab that cannot be put up says. Nothing is left running then. */
export async function run(args: readonly string[], signal: AbortSignal): Promise<number> {
  const asked = readOptions(args);
  const { clientsOfEachRouter, out } = asked;
  const say = (line: string) => process.stderr.write(`${line}\n`);
  const conditions = readConditions(new Date(systemClock.wallMs()).toISOString());
  for (const warning of conditions.warnings) say(warning);
  const startedMs = systemClock.monotonicMs();
  const series = await playBoth(asked, { say, signal });
  const tookMs = Math.round(systemClock.monotonicMs() - startedMs);
  const bench = { conditions, clientsOfEachRouter, paceMs: PACE_MS, tookMs, series };
  const markdown = `${drawMarkdown(bench).join("\n")}\n`;
  if (out !== undefined) await writeOut(out, bench, markdown);
  process.stdout.write(markdown);
  return exitOf(series);
}
