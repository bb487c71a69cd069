// What is in the way of a change: of the file, of the programs that make nginx take it, of its clients.
import { constants } from "node:fs";
import { access } from "node:fs/promises";
import { dirname } from "node:path";
import { diskReason } from "../../../sys/files.ts";
import { runCommand } from "../../../sys/run-command.ts";
import { type Argv, environmentWith } from "../../kinds/run-program.ts";
import { endpointText, type Proof } from "../../target.ts";
import { configurationProofs } from "./configuration.ts";
import { lookAt, runFor, type Stream } from "./stream.ts";
import { workersSentence } from "./workers.ts";

export interface Proving extends Stream {
  /** Prints the whole configuration. */
  readonly show: Argv;
  /** Of one program, milliseconds. */
  readonly timeoutMs: number;
}

const VERDICTS = {
  newer: "right",
  older: "problem",
  none: "problem",
  absent: "problem",
  unknown: "unknown",
} as const;

async function fileProof(stream: Stream): Promise<Proof> {
  const { path } = stream;
  const looked = await lookAt(stream);
  if (looked === undefined) return { verdict: "right", sentence: `${path} holds no route yet` };
  const { place, workers } = looked;
  const holds = `${path} holds ${endpointText(place.endpoint)} (epoch ${place.epoch})`;
  return { verdict: VERDICTS[workers.kind], sentence: `${holds}; ${workersSentence(workers)}` };
}

async function folderProof({ path }: Stream): Promise<Proof> {
  const folder = dirname(path);
  try {
    await access(folder, constants.W_OK | constants.X_OK);
    return { verdict: "right", sentence: `${folder} can be written into` };
  } catch (error) {
    return { verdict: "problem", sentence: `${folder} cannot be written into: ${diskReason(error)}` };
  }
}

async function testProof({ test }: Stream, signal: AbortSignal): Promise<Proof> {
  await runFor(test, "no change would be made", signal);
  return { verdict: "right", sentence: `${test.join(" ")} finds nothing wrong` };
}

async function shownProofs(proving: Proving, signal: AbortSignal): Promise<readonly Proof[]> {
  const { show, path, timeoutMs } = proving;
  const asked = { withinMs: timeoutMs, signal, environment: environmentWith({}) };
  const said = await runCommand(show, asked).catch((error: Error) => error.message);
  if (typeof said !== "string" && said.status === 0) return configurationProofs(said.stdout, path);
  const why = typeof said === "string" ? said : `${show.join(" ")} ended with ${said.status}`;
  const lost = "whether nginx includes the file, and when it cuts old connections";
  return [{ verdict: "unknown", sentence: `${lost}, is unknown: ${why}` }];
}

/** Runs the test and prints the configuration; changes nothing, and never rejects. */
export async function proveStream(proving: Proving, signal: AbortSignal): Promise<readonly Proof[]> {
  const failed = (error: Error): Proof => ({ verdict: "problem", sentence: error.message });
  return [
    await fileProof(proving).catch(failed),
    await folderProof(proving),
    await testProof(proving, signal).catch(failed),
    ...(await shownProofs(proving, signal)),
  ];
}
