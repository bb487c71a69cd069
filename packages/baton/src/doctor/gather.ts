// Reads what lies below a few paths into texts: bounded in size, number, depth and time, and with a
// reason for each file that it passes over.
import type { Clock } from "../sys/clock.ts";
import type { Note } from "./diagnose.ts";
import { type ReadText, readCandidate } from "./gather-read.ts";
import { BOUNDS, type Bounds, type Candidate, Search, walk } from "./gather-walk.ts";
import type { SkippedFile, SourceText } from "./sources.ts";

export interface Gathered {
  /** By path. */
  readonly sources: readonly SourceText[];
  /** How many files were looked at, those that are of no interest included. */
  readonly looked: number;
  readonly skipped: readonly SkippedFile[];
  /** What was read, but not as it is. */
  readonly notes: readonly Note[];
  /** Of `skipped` what somebody wanted to be read: given by name, or kept from us by its permissions. */
  readonly unread: readonly SkippedFile[];
  /** Why the search was ended before everything was seen, as a sentence without its full stop. */
  readonly cut: string | undefined;
}

export interface GatherOptions {
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Whether a text is worth keeping; a repository holds thousands of others. */
  readonly isWanted: (source: SourceText) => boolean;
  /** What a text weighs as long as the check takes; nothing by default. */
  readonly weightOf?: (source: SourceText) => number;
  /** Called after each file with the number of those looked at so far. */
  readonly onProgress?: (looked: number) => void;
  readonly bounds?: Partial<Bounds>;
}

/**
 * @throws the signal's reason when it is aborted; the system's error for one of `paths` that is not there.
 */
export async function gather(paths: readonly string[], options: GatherOptions): Promise<Gathered> {
  const search = new Search({ ...options, bounds: { ...BOUNDS, ...options.bounds } });
  const candidates = await walk(paths, search);
  const { texts, looked } = await readAll(candidates, search, options);
  const kept = withoutDoubles(texts);
  return {
    sources: kept.map(({ source }) => source),
    looked,
    skipped: search.skipped(),
    notes: kept.filter(({ isLossy }) => isLossy).map(({ source }) => noteOn(source)),
    unread: search.unread,
    cut: search.cut,
  };
}

interface AllRead {
  readonly texts: readonly ReadText[];
  readonly looked: number;
}

async function readAll(
  candidates: readonly Candidate[],
  search: Search,
  { isWanted, weightOf = () => 0, onProgress }: GatherOptions,
): Promise<AllRead> {
  const texts: ReadText[] = [];
  const { fileBytes, totalBytes, fileWeight, totalWeight } = search.bounds;
  let looked = 0;
  let characters = 0;
  let total = 0;
  for (const candidate of candidates) {
    if (!search.goesOn()) break;
    await search.breathe();
    const outcome = readCandidate(candidate, fileBytes);
    looked += 1;
    onProgress?.(looked);
    if ("reason" in outcome) {
      search.skip(candidate.path, outcome.reason, candidate.isNamed);
      continue;
    }
    if (!isWanted(outcome.source)) continue;
    const weight = weightOf(outcome.source);
    if (weight > fileWeight) {
      search.skip(candidate.path, `has more than ${fileWeight} words`, candidate.isNamed);
      continue;
    }
    characters += outcome.source.text.length;
    total += weight;
    if (characters > totalBytes || total > totalWeight) {
      const most = characters > totalBytes ? `${totalBytes} bytes` : `${totalWeight} words`;
      search.end(`what is to be checked is larger than ${most}`);
      break;
    }
    texts.push(outcome);
  }
  return { texts, looked };
}

/** A file and links to it are one file, by its own name; of links alone the first counts. */
function withoutDoubles(texts: readonly ReadText[]): readonly ReadText[] {
  const isLink = ({ source }: ReadText): boolean => source.state?.isSymlink === true;
  const files = new Set(texts.filter((text) => !isLink(text)).map(({ identity }) => identity));
  return texts.filter((text) => {
    if (!isLink(text)) return true;
    if (files.has(text.identity)) return false;
    files.add(text.identity);
    return true;
  });
}

function noteOn({ path, text }: SourceText): Note {
  const before = text.slice(0, text.indexOf("\uFFFD")).split("\n");
  const place = { file: path, line: before.length, column: (before.at(-1) ?? "").length + 1 };
  return { place, message: "is not valid UTF-8 from here; what is none was read as U+FFFD" };
}
