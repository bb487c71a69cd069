// The upstream's file and the nginx that reads it: what they say together, and how both are changed.
import { rm } from "node:fs/promises";
import { BatonError } from "../../../errors.ts";
import { writeFileAtomic } from "../../../sys/files.ts";
import { missing, seen, waitFor } from "../../../sys/wait.ts";
import { type Argv, runProgram } from "../../kinds/run-program.ts";
import {
  type Change,
  endpointText,
  isSameEndpoint,
  NOBODY,
  type Place,
  type Reading,
} from "../../target.ts";
import { type Included, includeText, readInclude } from "./include-file.ts";
import { momentBefore, momentNow, type Workers, workersSentence, workersSince } from "./workers.ts";

export interface Stream {
  readonly path: string;
  readonly group: string;
  readonly test: Argv;
  readonly reload: Argv;
  /** undefined where nginx' processes cannot be seen from here. */
  readonly pidFile: string | undefined;
}

/** nginx itself waits 100 ms before it ends its old workers; a big configuration takes seconds to read. */
const LOADED_MS = 4_000;

export interface Seen {
  readonly place: Place;
  readonly workers: Workers;
}

/** undefined while the file holds no route. @throws BatonError REFUSED for a file of somebody else. */
export async function lookAt({ path, group, pidFile }: Stream): Promise<Seen | undefined> {
  const included = await readInclude(path, group);
  if (included?.place === undefined) return undefined;
  return { place: included.place, workers: await workersSince(pidFile, included.written) };
}

export async function readStream(stream: Stream): Promise<Reading | undefined> {
  const looked = await lookAt(stream);
  if (looked === undefined) return undefined;
  const { place, workers } = looked;
  const raw = `${endpointText(place.endpoint)} (epoch ${place.epoch}); ${workersSentence(workers)}`;
  // A right file that nobody has read leads nobody: that is drift, and the next write tries again.
  const isRead = workers.kind === "newer" || workers.kind === "unknown";
  return { endpoint: isRead ? place.endpoint : NOBODY, epoch: place.epoch, raw };
}

/** @throws BatonError UNABLE with what the program said, when it ends with anything but 0. */
export async function runFor(words: Argv, outcome: string, signal: AbortSignal): Promise<void> {
  const { code, output } = await runProgram(words, {}, signal);
  if (code === 0) return;
  throw new BatonError("UNABLE", `${outcome}: ${words.join(" ")} ended with ${code}${output}`);
}

async function putBack(path: string, before: Included | undefined): Promise<void> {
  if (before === undefined) await rm(path, { force: true });
  else await writeFileAtomic(path, before.text, 0o644);
}

/** @throws Error `holds epoch N (...), and M is older` */
function refuseOlder({ path }: Stream, before: Included | undefined, { epoch }: Change): void {
  const held = before?.place;
  if (held === undefined || held.epoch <= epoch) return;
  const holds = `holds epoch ${held.epoch} (${endpointText(held.endpoint)})`;
  throw new Error(`${path} ${holds}, and ${epoch} is older`);
}

/** The file, and nginx' own word that it would take it; else the file is as it was. */
async function putTested(
  { path, test }: Stream,
  before: Included | undefined,
  text: string,
  signal: AbortSignal,
): Promise<void> {
  // Not secret, and nginx may read it as another user.
  await writeFileAtomic(path, text, 0o644);
  try {
    await runFor(test, `${path} is as it was before`, signal);
  } catch (error) {
    await putBack(path, before);
    throw error;
  }
}

/** Whether nginx runs with that server line already: a reload would cut its clients for nothing. */
async function isOnlyEpoch(
  { pidFile }: Stream,
  before: Included | undefined,
  { endpoint }: Change,
): Promise<boolean> {
  if (before?.place === undefined || !isSameEndpoint(before.place.endpoint, endpoint)) return false;
  return (await workersSince(pidFile, before.written)).kind === "newer";
}

/** @throws Error for a newer epoch; BatonError for everything that the disk, nginx and its programs say. */
export async function writeStream(stream: Stream, change: Change, signal: AbortSignal): Promise<void> {
  const { path, group, pidFile, reload } = stream;
  signal.throwIfAborted();
  const before = await readInclude(path, group);
  refuseOlder(stream, before, change);
  if (await isOnlyEpoch(stream, before, change)) {
    return await writeFileAtomic(path, includeText(group, change, before?.written), 0o644);
  }
  const now = await momentNow();
  await putTested(stream, before, includeText(group, change, now), signal);
  const workers = await workersSince(pidFile, now);
  if (workers.kind === "absent") {
    throw new BatonError("UNABLE", `${path} is written for the next start; ${workersSentence(workers)}`);
  }
  // A worker that was born since the file was written, but before nginx was told, may have the old one.
  const toldAt = await momentBefore(signal);
  await runFor(reload, `${path} is written, and nginx runs with what it had`, signal);
  // nginx reloads after its answer, and keeps its old workers when it fails.
  const look = async () => {
    const found = await workersSince(pidFile, toldAt);
    const isRead = found.kind === "newer" || found.kind === "unknown";
    return isRead ? seen(undefined) : missing(`${workersSentence(found)}; its error log says why`);
  };
  await waitFor(`nginx to read ${path}`, look, { withinMs: LOADED_MS, everyMs: 20, signal });
}
