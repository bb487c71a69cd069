// From the words of a command line to kinds of clients that can take part here and now.
import { BatonError } from "../../errors.ts";
import type { Fault } from "../fault.ts";
import type { ClientKind } from "./kind.ts";
import { hardCoded } from "./kinds/hard-coded.ts";
import { clientKinds } from "./kinds/index.ts";
import { ioredisSentinel } from "./kinds/ioredis-sentinel.ts";
import { router } from "./kinds/router.ts";
import { type Lack, lacksOf } from "./needs.ts";
import { isOwnProgram, ownKind } from "./program.ts";

/** More would measure this machine. */
const KINDS_MAX = 40;

function kindOf(word: string): ClientKind {
  if (isOwnProgram(word)) return ownKind(word);
  const kind = clientKinds.find(({ id }) => id === word);
  if (kind !== undefined) return kind;
  const known = clientKinds.map(({ id }) => id).join(", ");
  throw new BatonError(
    "USAGE",
    `there is no client ${word}; known are ${known}, and the path of a program with a / in it`,
  );
}

/** "perl,php-predis,./my-client". @throws BatonError USAGE */
export function kindsOf(words: string): readonly ClientKind[] {
  const kinds = words.split(",").map((word) => kindOf(word.trim()));
  const ids = kinds.map(({ id }) => id);
  const twice = ids.find((id, index) => ids.indexOf(id) !== index);
  if (twice !== undefined) throw new BatonError("USAGE", `the client ${twice} was asked for twice`);
  if (kinds.length > KINDS_MAX)
    throw new BatonError("USAGE", `${kinds.length} kinds of clients, at most ${KINDS_MAX} are possible`);
  return kinds;
}

/**
 * With those that a drill is measured by: the router, which the objectives are about, and where an old
 * primary lives on, somebody at its address. Without any asked for: with ioredis, for comparison.
 */
export function kindsIn(fault: Fault, asked?: readonly ClientKind[]): readonly ClientKind[] {
  const witnesses = fault.staleSince === undefined ? [] : [hardCoded];
  return [...new Set([router, ...(asked ?? [ioredisSentinel]), ...witnesses])];
}

/** "perl needs Redis.pm (`perl ...` ended with 2: ...): sudo apt-get install libredis-perl" */
export const lackSentence = (id: string, { need, found }: Lack): string =>
  `${id} needs ${need.what} (${found}): ${need.hint}`;

/**
 * Looks for everything that the kinds need, and compiles what has to be.
 * @throws BatonError UNABLE naming all that is missing, and what to install
 */
export async function requireKinds(kinds: readonly ClientKind[], signal: AbortSignal): Promise<void> {
  const lacks = await lacksOf(kinds, signal);
  const sentences = kinds.flatMap((kind) =>
    (lacks.get(kind) ?? []).map((lack) => lackSentence(kind.id, lack)),
  );
  if (sentences.length > 0) throw new BatonError("UNABLE", sentences.join("; "));
  for (const prepare of new Set(kinds.map((kind) => kind.prepare))) await prepare?.(signal);
}
