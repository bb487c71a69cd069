// Several shops as one target: each is led for itself, and the target is right when all of them are.
import { slowness } from "../../../sys/clock.ts";
import { ApiRefusal } from "../../api/refusal.ts";
import { NOBODY, type Proof, type Reading, type Target, TryLater } from "../../target.ts";
import { type Held, heldText, type Shop } from "./shop.ts";

export interface ShopsOptions {
  /** Bounds one attempt, milliseconds. */
  readonly timeoutMs: number;
  /** How often shops are looked at that are right, or that only people can open again. */
  readonly checkEveryMs: number;
}

interface Limited {
  readonly limitMs: number;
  readonly signal: AbortSignal;
}

type Settled<T> = { readonly label: string } & (
  | { readonly kind: "done"; readonly value: T }
  | { readonly kind: "failed"; readonly error: Error }
);

const NAMES_MAX = 5;
const LINE_CHARACTERS_MAX = 480;

/** A shop that does not answer has to leave the others time for theirs. */
async function within<T>(
  { limitMs, signal }: Limited,
  label: string,
  deed: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const late = new AbortController();
  const tooLate = new Error(`${label}: no answer within ${limitMs} ms`);
  const timer = setTimeout(() => late.abort(tooLate), limitMs);
  try {
    return await deed(AbortSignal.any([signal, late.signal]));
  } finally {
    clearTimeout(timer);
  }
}

async function inEach<T>(
  shops: readonly Shop[],
  limited: Limited,
  deed: (shop: Shop, signal: AbortSignal) => Promise<T>,
): Promise<readonly Settled<T>[]> {
  limited.signal.throwIfAborted();
  const settled = await Promise.all(
    shops.map(async (shop): Promise<Settled<T>> => {
      const { label } = shop;
      try {
        const value = await within(limited, label, (signal) => deed(shop, signal));
        return { label, kind: "done", value };
      } catch (error) {
        return { label, kind: "failed", error: error as Error };
      }
    }),
  );
  limited.signal.throwIfAborted();
  return settled;
}

const short = (line: string): string =>
  line.length > LINE_CHARACTERS_MAX ? `${line.slice(0, LINE_CHARACTERS_MAX)}…` : line;

function textOf<T>({ label, ...one }: Settled<T>, valueText: (value: T) => string): string {
  if (one.kind === "done") return valueText(one.value);
  const { message } = one.error;
  return message.startsWith(`${label}: `) ? message.slice(label.length + 2) : message;
}

/** What several shops have in common is said once, with their names. */
function grouped(said: readonly { readonly label: string; readonly text: string }[]): string {
  const labelsOf = new Map<string, string[]>();
  for (const { label, text } of said) labelsOf.set(text, [...(labelsOf.get(text) ?? []), label]);
  const sentences = [...labelsOf].map(([text, labels]) => {
    const more = labels.length - NAMES_MAX;
    const names = labels.slice(0, NAMES_MAX).join(", ");
    return `${names}${more > 0 ? ` and ${more} more` : ""}: ${text}`;
  });
  return short(sentences.join("; "));
}

/** How long there is no use in trying again, milliseconds; undefined when nobody says so. */
function waitOf(error: Error, lockedMs: number): number | undefined {
  if (error instanceof TryLater) return error.afterMs;
  // A frozen or locked shop is opened by people, not within seconds.
  const isLocked = error instanceof ApiRefusal && (error.status === 402 || error.status === 423);
  return isLocked ? lockedMs : undefined;
}

/** One error for all that have failed. It waits only where every one of them asks for it. */
function failureOf<T>(settled: readonly Settled<T>[], lockedMs: number): Error | undefined {
  const failed = settled.filter((one) => one.kind === "failed");
  const [first] = failed;
  if (first === undefined) return undefined;
  const isAlone = settled.length === 1;
  const texts = failed.map((one) => ({ label: one.label, text: textOf(one, () => "") }));
  const message = isAlone
    ? first.error.message
    : `${failed.length} of ${settled.length} shops: ${grouped(texts)}`;
  const waits = failed.flatMap(({ error }) => waitOf(error, lockedMs) ?? []);
  if (waits.length === failed.length) return new TryLater(message, Math.min(...waits));
  // As it is: its status says whether other credentials would help.
  return isAlone ? first.error : new Error(message);
}

function readingOf(settled: readonly Settled<Held>[]): Reading | undefined {
  const texts = settled.map((one) => ({ label: one.label, text: textOf(one, heldText) }));
  const helds = settled.flatMap((one) => (one.kind === "done" ? [one.value] : []));
  const [first] = helds;
  const isCommon = helds.length === settled.length && new Set(texts.map(({ text }) => text)).size === 1;
  if (isCommon && first?.kind === "nothing") return undefined;
  if (isCommon && first?.kind === "place") {
    const all = settled.length === 1 ? "" : ` in all ${settled.length} shops`;
    return { endpoint: first.endpoint, epoch: first.epoch, raw: `${heldText(first)}${all}` };
  }
  // The newest epoch of any of them stands for all: who is behind it shall not write to the others either.
  const epochs = helds.flatMap((held) => (held.kind === "place" ? (held.epoch ?? []) : []));
  const epoch = epochs.length === 0 ? undefined : Math.max(...epochs);
  return { endpoint: NOBODY, epoch, raw: grouped(texts) };
}

async function proofsOf(shop: Shop, limited: Limited): Promise<readonly Proof[]> {
  try {
    return await within(limited, shop.label, (signal) => shop.prove(signal));
  } catch (error) {
    const { message } = error as Error;
    const sentence = message.startsWith(shop.label) ? message : `${shop.label}: ${message}`;
    return [{ verdict: "unknown", sentence }];
  }
}

export function openShops(shops: readonly Shop[], { timeoutMs, checkEveryMs }: ShopsOptions): Target {
  // An attempt reads, writes with a look of its own, and reads again.
  const quarterMs = Math.ceil((timeoutMs * slowness()) / 4);
  const aQuarter = (signal: AbortSignal) => ({ limitMs: quarterMs, signal });
  const aHalf = (signal: AbortSignal) => ({ limitMs: 2 * quarterMs, signal });
  return {
    deadlineMs: timeoutMs,
    checkEveryMs,
    async read(signal) {
      const found = await inEach(shops, aQuarter(signal), (shop, limited) => shop.read(limited));
      const failure = failureOf(found, checkEveryMs);
      // While one shop can be read there is a reading: a rejection would keep all from being written.
      const isSilent = found.every(({ kind }) => kind === "failed");
      if (failure !== undefined && isSilent) throw failure;
      return readingOf(found);
    },
    async write(change, signal) {
      const done = await inEach(shops, aHalf(signal), (shop, limited) => shop.lead(change, limited));
      const failure = failureOf(done, checkEveryMs);
      if (failure !== undefined) throw failure;
    },
    async prove(signal) {
      return (await Promise.all(shops.map((shop) => proofsOf(shop, aQuarter(signal))))).flat();
    },
    async close() {
      await Promise.all(shops.map((shop) => shop.close()));
    },
  };
}
