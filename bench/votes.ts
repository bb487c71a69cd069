// How often Sentinels split their votes: the primary is killed again and again, and the Sentinels' own logs
// say when each of them noticed, who wanted to lead, and whether one attempt was enough.
import { resolve } from "node:path";
import { EXIT } from "../packages/baton/src/errors.ts";
import { numberFrom, parsed } from "./support/options.ts";
import { figuresOf } from "./votes/figures.ts";
import { playKills } from "./votes/rounds.ts";
import { drawVotes } from "./votes/table.ts";

const options = {
  times: { type: "string", default: "20" },
  file: { type: "string", default: "examples/python-digitalocean/cluster.yml" },
  fresh: { type: "boolean", default: false },
  wires: { type: "boolean", default: false },
  "stagger-ms": { type: "string", default: "0" },
  json: { type: "boolean", default: false },
} as const;

/** @throws BatonError USAGE, or what a lab that cannot be put up says. Nothing is left running then. */
export async function run(args: readonly string[], signal: AbortSignal): Promise<number> {
  const { file, json, fresh, wires, ...given } = parsed(args, options);
  const times = numberFrom("times", given.times, 1, 1_000);
  const staggerMs = numberFrom("stagger-ms", given["stagger-ms"], 0, 1_000);
  const onProgress = (line: string) => process.stderr.write(`${line}\n`);
  const killing = { times, clusterFile: resolve(file), isFresh: fresh, wires, staggerMs, onProgress };
  const played = await playKills(killing, signal);
  const figures = figuresOf(played.elections);
  const result = { file, wanted: times, ...figures, ...played };
  if (json) process.stdout.write(`${JSON.stringify(result, undefined, 2)}\n`);
  else for (const line of drawVotes(result)) process.stdout.write(`${line}\n`);
  return played.findings.length === 0 ? EXIT.fine : EXIT.unknown;
}
