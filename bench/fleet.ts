// Planned moves of the primary under ordinary clients of five kinds that know the router's address only.
import { EXIT } from "../packages/baton/src/errors.ts";
import { type FleetResult, playFleet } from "./fleet/round.ts";
import { drawFleet } from "./fleet/table.ts";
import { numberFrom, parsed } from "./support/options.ts";

const options = {
  times: { type: "string", default: "100" },
  unpipelined: { type: "string", default: "64" },
  pipelined: { type: "string", default: "16" },
  json: { type: "boolean", default: false },
} as const;

/** A lost or repeated write is a finding, and so is a move that was not made; errors are told. */
function exitOf({ kinds, wanted, outcomes, findings }: FleetResult): number {
  if (kinds.some(({ lost, repeated }) => lost > 0 || repeated > 0)) return EXIT.findings;
  return outcomes["done"] === wanted && findings.length === 0 ? EXIT.fine : EXIT.unknown;
}

/** @throws BatonError USAGE, or what a lab that cannot be put up says. Nothing is left running then. */
export async function run(args: readonly string[], signal: AbortSignal): Promise<number> {
  const { times, unpipelined, pipelined, json } = parsed(args, options);
  const asked = {
    times: numberFrom("times", times, 0, 1_000),
    unpipelined: numberFrom("unpipelined", unpipelined, 0, 500),
    pipelined: numberFrom("pipelined", pipelined, 0, 500),
  };
  const onProgress = (line: string) => process.stderr.write(`${line}\n`);
  const result = await playFleet({ ...asked, onProgress }, signal);
  if (json) process.stdout.write(`${JSON.stringify({ asked, ...result }, undefined, 2)}\n`);
  else for (const line of drawFleet(result)) process.stdout.write(`${line}\n`);
  return exitOf(result);
}
