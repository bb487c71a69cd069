// Baton's router beside HAProxy and Redis itself: speed, idle sessions, confirmed writes and outages, in
// interleaved rounds.
import { randomInt } from "node:crypto";
import { mkdir, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { EXIT } from "../packages/baton/src/errors.ts";
import { systemClock } from "../packages/baton/src/sys/clock.ts";
import { readConditions } from "./router/conditions.ts";
import { playDurable } from "./router/durable.ts";
import { playIdle } from "./router/idle.ts";
import { SHAPES } from "./router/loads.ts";
import { playOutages } from "./router/outages.ts";
import { randomFrom } from "./router/random.ts";
import { playSpeed } from "./router/speed.ts";
import { drawMarkdown, type RouterBench } from "./router/tables.ts";
import { numberFrom, oneOf, parsed } from "./support/options.ts";

// The clients' process imports this bundle and calls it.
export { serveClients } from "./router/client-process.ts";

const PARTS = ["speed", "idle", "durable", "outages"] as const;
type Part = (typeof PARTS)[number];

const options = {
  only: { type: "string" },
  load: { type: "string" },
  rounds: { type: "string", default: "5" },
  runs: { type: "string", default: "5" },
  seconds: { type: "string", default: "3" },
  seed: { type: "string" },
  quick: { type: "boolean", default: false },
  out: { type: "string" },
} as const;

const QUICK_SECONDS = 0.1;
const SEED_MAX = 2 ** 32 - 1;

function readOptions(args: readonly string[]) {
  const values = parsed(args, options);
  const isQuick = values.quick;
  return {
    only: oneOf<Part>("only", values.only, PARTS),
    load: oneOf(
      "load",
      values.load,
      SHAPES.map(({ id }) => id),
    ),
    rounds: numberFrom("rounds", values.rounds, 1, 100),
    runs: isQuick ? 1 : numberFrom("runs", values.runs, 1, 100),
    seconds: isQuick ? QUICK_SECONDS : numberFrom("seconds", values.seconds, 1, 60),
    seed: values.seed === undefined ? randomInt(SEED_MAX) : numberFrom("seed", values.seed, 1, SEED_MAX),
    isQuick,
    out: values.out === undefined ? undefined : resolve(values.out),
  };
}

async function writeOut(folder: string, bench: RouterBench, markdown: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, "router.md"), markdown);
  await writeFile(join(folder, "router.json"), `${JSON.stringify(bench, undefined, 2)}\n`);
}

function failuresOf({ speed, idle, durable, outages }: RouterBench): readonly string[] {
  return [speed, idle, durable, outages].flatMap((part) => part?.failures ?? []);
}

/** @throws BatonError USAGE, or what a lab that cannot be put up says. Nothing is left running then. */
export async function run(args: readonly string[], signal: AbortSignal): Promise<number> {
  const { only, load, out, rounds, runs, seconds, seed, isQuick } = readOptions(args);
  const conditions = readConditions(new Date(systemClock.wallMs()).toISOString());
  const say = (line: string) => process.stderr.write(`${line}\n`);
  for (const warning of conditions.warnings) say(warning);
  say(`seed ${seed}`);
  const random = randomFrom(seed);
  const wants = (part: Part) => only === undefined || only === part;
  const common = { rounds, seconds, random, isQuick, signal };
  const part = (name: Part) => ({
    ...common,
    onProgress: (line: string) => say(`${name}: ${line}`),
  });
  const bench: RouterBench = {
    seed,
    rounds,
    secondsOfAMeasure: seconds,
    isQuick,
    conditions,
    ...(wants("speed") ? { speed: await playSpeed({ ...part("speed"), load }) } : {}),
    ...(wants("idle") ? { idle: await playIdle(part("idle")) } : {}),
    ...(wants("durable") ? { durable: await playDurable(part("durable")) } : {}),
    ...(wants("outages") ? { outages: await playOutages({ ...part("outages"), runs }) } : {}),
  };
  const markdown = `${drawMarkdown(bench).join("\n")}\n`;
  if (out !== undefined) await writeOut(out, bench, markdown);
  process.stdout.write(markdown);
  return failuresOf(bench).length === 0 ? EXIT.fine : EXIT.unknown;
}
