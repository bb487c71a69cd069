// Fifty planned moves of the primary under load: `baton switchover` beside a bare SENTINEL FAILOVER, with
// and without Baton around it.
import { setMaxListeners } from "node:events";
import { EXIT } from "../packages/baton/src/errors.ts";
import { systemClock } from "../packages/baton/src/sys/clock.ts";
import { numberFrom, oneOf, parsed } from "./support/options.ts";
import type { VariantResult } from "./switchover/figures.ts";
import { playRound } from "./switchover/round.ts";
import { drawTable } from "./switchover/table.ts";
import { variants } from "./switchover/variants.ts";

const options = {
  times: { type: "string", default: "50" },
  failovers: { type: "string", default: "10" },
  clients: { type: "string", default: "16" },
  "writes-per-second": { type: "string", default: "2000" },
  only: { type: "string" },
  json: { type: "boolean", default: false },
} as const;

function readOptions(args: readonly string[]) {
  const values = parsed(args, options);
  return {
    times: numberFrom("times", values.times, 0, 200),
    failovers: numberFrom("failovers", values.failovers, 0, 200),
    clients: numberFrom("clients", values.clients, 1, 200),
    writesPerSecond: numberFrom("writes-per-second", values["writes-per-second"], 1, 20_000),
    only: oneOf(
      "only",
      values.only,
      variants.map(({ id }) => id),
    ),
    json: values.json,
  };
}

/** Our own promise is what is judged; what it is compared with may lose what it wants. */
function exitOf(results: readonly VariantResult[]): number {
  const own = results.filter(({ isOurs }) => isOurs);
  if (own.some(({ lost, duplicated }) => lost > 0 || duplicated > 0)) return EXIT.findings;
  return own.some(({ findings }) => findings.length > 0) ? EXIT.unknown : EXIT.fine;
}

/** @throws BatonError USAGE, or what a lab that cannot be put up says. Nothing is left running then. */
export async function run(args: readonly string[], signal: AbortSignal): Promise<number> {
  const { only, json, times, failovers, clients, writesPerSecond } = readOptions(args);
  // Every client sleeps on the one signal that stops them all: no leak, however many there are.
  setMaxListeners(clients + 20);
  const results: VariantResult[] = [];
  for (const variant of variants) {
    const wanted = variant.isOurs ? times : failovers;
    if (wanted === 0 || (only !== undefined && only !== variant.id)) continue;
    const onProgress = (line: string) => process.stderr.write(`${variant.id}: ${line}\n`);
    const round = { variant, times: wanted, clients, writesPerSecond, clock: systemClock, onProgress };
    results.push(await playRound(round, signal));
  }
  const asked = { clients, writesPerSecond };
  if (json) process.stdout.write(`${JSON.stringify({ asked, variants: results }, undefined, 2)}\n`);
  else for (const line of drawTable(results, asked)) process.stdout.write(`${line}\n`);
  return exitOf(results);
}
