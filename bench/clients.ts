// Every recipe and every library's default through many faults, side by side: what the tables of
// docs/reference/clients-measured.md and engines-measured.md are drawn from.
import { mkdir, rename, writeFile } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { EXIT } from "../packages/baton/src/errors.ts";
import { systemClock } from "../packages/baton/src/sys/clock.ts";
import { CLIENTS, ENGINE_FAULTS, FAULTS } from "./clients/asked.ts";
import { fetchedEngines, OWN_ENGINE } from "./clients/engines.ts";
import { type Failure, type Measured, type MeasuredDrill, writtenMeasured } from "./clients/measured.ts";
import { drawClients, drawEngines } from "./clients/page.ts";
import { playMatrix } from "./clients/play.ts";
import { readConditions } from "./router/conditions.ts";
import { numberFrom, oneOf, parsed } from "./support/options.ts";

const options = {
  faults: { type: "string" },
  clients: { type: "string", default: CLIENTS.join(",") },
  runs: { type: "string", default: "3" },
  durability: { type: "string", default: "replicated" },
  engines: { type: "boolean", default: false },
  out: { type: "string" },
} as const;

function readOptions(args: readonly string[]) {
  const { faults, clients, runs, durability, engines, out } = parsed(args, options);
  const usual = engines ? ENGINE_FAULTS : FAULTS;
  return {
    faults: faults === undefined ? usual : faults.split(",").map((word) => word.trim()),
    clients,
    runs: numberFrom("runs", runs, 1, 100),
    durability: oneOf("durability", durability, ["async", "replicated"] as const) ?? "replicated",
    engines,
    out: out === undefined ? undefined : resolve(out),
  };
}

/** Whole or not at all: a page is drawn from it. */
async function writeOut(out: string, measured: Measured): Promise<void> {
  await mkdir(dirname(out), { recursive: true });
  await writeFile(`${out}.new`, writtenMeasured(measured));
  await rename(`${out}.new`, out);
}

function exitOf({ drills, failures }: Measured): number {
  const own = drills.flatMap(({ clients }) => clients).filter(({ kind }) => !kind.endsWith("-default"));
  const isLate = own.some(({ stuck, duplicated }) => stuck === true || duplicated > 0);
  if (isLate || drills.some(({ verdict }) => verdict === "broken")) return EXIT.findings;
  return failures.length > 0 || drills.some(({ verdict }) => verdict === "unknown")
    ? EXIT.unknown
    : EXIT.fine;
}

/** @throws BatonError USAGE. Nothing is left running then. What was measured before is in the file. */
export async function run(args: readonly string[], signal: AbortSignal): Promise<number> {
  const { faults, clients, runs, durability, engines, out } = readOptions(args);
  const say = (line: string) => process.stderr.write(`${line}\n`);
  const {
    memoryBytes: _memory,
    haproxy: _haproxy,
    ...conditions
  } = readConditions(new Date(systemClock.wallMs()).toISOString());
  for (const warning of conditions.warnings) say(warning);
  const played = engines ? [OWN_ENGINE, ...(await fetchedEngines())] : [OWN_ENGINE];
  const drills: MeasuredDrill[] = [];
  const failures: Failure[] = [];
  const measured: Measured = { conditions, durability, runs, drills, failures };
  for (const engine of played) {
    for (const fault of faults) {
      say(`${engine.name}: ${fault}, ${runs} runs`);
      const made = await playMatrix({ fault, clients, runs, durability, engine }, signal);
      drills.push(...made.drills);
      failures.push(...made.failures);
      for (const { verdict, reasons } of made.drills) say(`  ${verdict}: ${reasons[0] ?? ""}`);
      for (const { message } of made.failures) say(`  no drill: ${message}`);
      if (out !== undefined) await writeOut(out, measured);
    }
  }
  const lines = engines ? drawEngines(measured) : drawClients(measured);
  process.stdout.write(`${lines.join("\n")}\n`);
  return exitOf(measured);
}
