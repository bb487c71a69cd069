// What `baton doctor` is to look at: files below the given paths, what follows from a cluster file,
// and answers of running processes.
import { printable } from "../cluster/text.ts";
import type { Layout } from "../cluster/types.ts";
import type { Note } from "../doctor/diagnose.ts";
import type { Policy } from "../doctor/facts.ts";
import { gather, type Gathered } from "../doctor/gather.ts";
import { readersFor } from "../doctor/readers.ts";
import { kindOf } from "../doctor/recognise.ts";
import type { Sources, SourceText } from "../doctor/sources.ts";
import { weightOf } from "../doctor/weight.ts";
import { BatonError } from "../errors.ts";
import { diskReason } from "../sys/files.ts";
import type { Context, Given } from "./command.ts";
import { policyAsked, textAsked } from "./doctor-asked.ts";
import type { Access, Answers } from "./doctor-live.ts";

export interface Material {
  readonly sources: Sources;
  /** Those of the files that were read from a disk. */
  readonly onDisk: readonly SourceText[];
  /** To the processes that were asked. */
  readonly access?: Access;
  readonly notes: readonly Note[];
  /** Why not everything was seen that was given, as clauses. */
  readonly incomplete: readonly string[];
  /** Every path that was given. */
  readonly roots: readonly string[];
  readonly looked: number;
}

/** So small a file of a name like these may be what a redis.conf includes, whatever it says. */
const INCLUDED_CHARACTERS_MAX = 16_384;
const INCLUDED_NAME = /(?:\.(?:conf|cfg|inc|include|acl)|(?:^|\/)[^./]+)$/;

function isWanted(source: SourceText): boolean {
  const { path, text } = source;
  const isMaybeIncluded = text.length <= INCLUDED_CHARACTERS_MAX && INCLUDED_NAME.test(path);
  return isMaybeIncluded || kindOf(source) !== undefined;
}

/** Of code only what it does with Redis is kept, and of logs the newest events. */
function weight(source: SourceText): number {
  const kind = kindOf(source) ?? "";
  return /^(?:code-|shell$|sentinel-log$)/.test(kind) ? 0 : weightOf(source.text);
}

/** Says how far the search is, once a second, where somebody watches. */
function progressOf({ terminal, clock }: Context): (looked: number) => void {
  let saidMs = clock.monotonicMs();
  return (looked) => {
    if (!terminal.isInteractive || clock.monotonicMs() - saidMs < 1_000) return;
    saidMs = clock.monotonicMs();
    terminal.note(`  looked at ${looked} files`);
  };
}

async function gathered(paths: readonly string[], context: Context): Promise<Gathered> {
  const { clock, signal } = context;
  const onProgress = progressOf(context);
  try {
    return await gather(paths, { clock, signal, isWanted, weightOf: weight, onProgress });
  } catch (error) {
    // Only a path that was given gets here; whatever is wrong with it, it is not a bug.
    const { code, path = "" } = error as NodeJS.ErrnoException;
    if (code !== undefined)
      throw new BatonError("USAGE", printable(`${path}: ${diskReason(error)}`), { cause: error });
    throw error;
  }
}

function policyOf(layout: Layout | undefined): Policy {
  if (layout === undefined) return {};
  const { rtoMs, rpo } = layout.cluster.objectives;
  return { rtoMs, ...(rpo.kind === "none" ? {} : { rpoMs: rpo.ms }) };
}

interface ClusterFiles {
  readonly layout?: Layout;
  readonly rendered: readonly SourceText[];
}

/** What reads a cluster file takes longer to load than a few hundred files take to check. */
async function clusterIn(file: string | undefined): Promise<ClusterFiles> {
  if (file === undefined) return { rendered: [] };
  const [{ readCluster }, { layoutOf }, { renderedSources }] = await Promise.all([
    import("../cluster/read.ts"),
    import("../cluster/layout.ts"),
    import("../doctor/rendered.ts"),
  ]);
  const layout = layoutOf(await readCluster(file));
  return { layout, rendered: renderedSources(layout, file) };
}

/** What talks to processes is loaded only where somebody wants them asked. */
async function answersOf(given: Given, context: Context): Promise<Answers> {
  const isAsked = [given["sentinel"], given["watch"]].some((option) => option !== undefined);
  if (given["live"] !== true && !isAsked) return { silent: [] };
  const { answersFor } = await import("./doctor-live.ts");
  return await answersFor(given, context);
}

/** @throws BatonError USAGE, CLUSTER_FILE, SECRET, UNREACHABLE, REFUSED */
export async function materialFor(
  paths: readonly string[],
  given: Given,
  context: Context,
): Promise<Material> {
  const file = textAsked(given, "file");
  if (paths.length === 0 && file === undefined && given["live"] !== true) {
    const message =
      "doctor needs something to look at: files, folders, --file <cluster file>, or --live";
    throw new BatonError("USAGE", message);
  }
  const asked = policyAsked(given);
  const { layout, rendered } = await clusterIn(file);
  const { live, access, silent, notes: remarks = [] } = await answersOf(given, context);
  const { sources, looked, skipped, notes, unread, cut } = await gathered(paths, context);
  const files = [...sources, ...rendered];
  return {
    sources: {
      files,
      ...(await readersFor(files)),
      policy: { ...policyOf(layout), ...asked },
      skipped,
      ...(layout === undefined ? {} : { layout }),
      ...(live === undefined ? {} : { live }),
    },
    onDisk: sources,
    ...(access === undefined ? {} : { access }),
    notes: [...remarks, ...notes],
    incomplete: [
      ...silent,
      ...unread.map(({ file, reason }) => `${file} ${reason}`),
      ...(cut === undefined ? [] : [`${cut}, and the rest was not looked at`]),
    ],
    roots: file === undefined ? paths : [...paths, file],
    looked,
  };
}
