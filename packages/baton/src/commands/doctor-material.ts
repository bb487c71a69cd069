// What `baton doctor` is to look at: files below the given paths, what follows from a cluster file,
// and answers of running processes.
import { layoutOf } from "../cluster/layout.ts";
import { readCluster } from "../cluster/read.ts";
import type { Layout } from "../cluster/types.ts";
import type { Note } from "../doctor/diagnose.ts";
import type { Policy } from "../doctor/facts.ts";
import { gather, type Gathered } from "../doctor/gather.ts";
import { readersFor } from "../doctor/readers.ts";
import { kindOf } from "../doctor/recognise.ts";
import { renderedSources } from "../doctor/rendered.ts";
import type { Sources, SourceText } from "../doctor/sources.ts";
import { BatonError } from "../errors.ts";
import type { Context, Given } from "./command.ts";
import { policyAsked, textAsked } from "./doctor-asked.ts";
import { type Access, answersFor } from "./doctor-live.ts";

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
  try {
    return await gather(paths, { clock, signal, isWanted, onProgress: progressOf(context) });
  } catch (error) {
    const { code, path } = error as NodeJS.ErrnoException;
    if (code === "ENOENT")
      throw new BatonError("USAGE", `${path}: no such file or folder`, { cause: error });
    if (code === "EACCES") throw new BatonError("USAGE", `${path}: permission denied`, { cause: error });
    throw error;
  }
}

function policyOf(layout: Layout | undefined): Policy {
  if (layout === undefined) return {};
  const { rtoMs, rpo } = layout.cluster.objectives;
  return { rtoMs, ...(rpo.kind === "none" ? {} : { rpoMs: rpo.ms }) };
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
  const layout = file === undefined ? undefined : layoutOf(await readCluster(file));
  const { live, access, silent } = await answersFor(given, context);
  const { sources, looked, skipped, notes, unread, cut } = await gathered(paths, context);
  const rendered = layout === undefined || file === undefined ? [] : renderedSources(layout, file);
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
    notes,
    incomplete: [
      ...silent,
      ...unread.map(({ file, reason }) => `${file} ${reason}`),
      ...(cut === undefined ? [] : [`${cut}, and the rest was not looked at`]),
    ],
    roots: file === undefined ? paths : [...paths, file],
    looked,
  };
}
