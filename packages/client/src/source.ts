// Where a call gets its connection from: one for each way, and one for reading from replicas.
import type { LinkRole } from "./channels.ts";
import { createFresh } from "./fresh.ts";
import { createKeeper } from "./keeper.ts";
import type { Address } from "./library.ts";
import { openLink, type Opened } from "./link.ts";
import { listen } from "./listen.ts";
import type { News } from "./backoff.ts";
import { type Failed, notDone } from "./outcome.ts";
import { chooseReplica, findReplicas } from "./replicas.ts";
import { createSeeker } from "./seeker.ts";
import type { Word } from "./believe.ts";
import type { RouterSettings, SentinelSettings, Settings } from "./settings.ts";

export interface Source<C> {
  /** The connection that a command may be sent over now. Never rejects. */
  take(from: "primary" | "replica"): Promise<Opened<C> | Failed>;
  /** A connection was lost or of no use: ask anew before the next one. */
  doubt(): void;
  /** Every connection is gone when it returns. */
  close(): void;
}

interface Parts<C> {
  readonly settings: Settings<C>;
  /** Told of another primary. */
  readonly news: News;
  readonly onAnother: () => void;
  readonly signal: AbortSignal;
}

const CLOSED = notDone("no-connection", "the client is closed");

const keeperOf = <C>(settings: Settings<C>, role: LinkRole) =>
  createKeeper<C>((address, signal) => openLink(settings, { address, role, signal }));

function routerSource<C>({ settings }: Parts<C>, { router }: RouterSettings): Source<C> {
  const keeper = keeperOf(settings, "router");
  return {
    take: () => keeper.at(router),
    doubt: () => undefined,
    close: () => keeper.leaveUnless(undefined, "the client was closed"),
  };
}

/** What leads to the primary, and what is told when it is another one. */
function primaryOf<C>(
  { settings, signal }: Parts<C>,
  way: SentinelSettings,
  onWord: (word: Word) => void,
) {
  const keeper = keeperOf(settings, "primary");
  const seeker = createSeeker({ ...way, ...settings, signal, onAnother: onWord });
  if (way.listen) listen({ ...way, ...settings, signal, onSwitch: () => seeker.wake() });
  const take = async (): Promise<Opened<C> | Failed> => {
    const heard = await seeker.hear();
    if (heard.kind === "found") return await keeper.at(heard.word);
    const link = keeper.current();
    if (link !== undefined) return { kind: "open", link };
    if (heard.kind === "unclear") return notDone("no-primary", heard.reason);
    const outcome = { kind: "not-done", error: heard.error, message: heard.reason } as const;
    return { kind: "failed", outcome, isPassing: false, losesConnection: false };
  };
  return { keeper, seeker, take };
}

type PrimaryTaker<C> = ReturnType<typeof primaryOf<C>>;

/** What leads to a replica, and to the primary where there is none. */
function replicaOf<C>(
  { settings, signal }: Parts<C>,
  way: SentinelSettings,
  primary: () => PrimaryTaker<C>,
) {
  const keeper = keeperOf(settings, "replica");
  const known = createFresh(
    () => findReplicas(way, signal),
    (_found, tookMs) => way.askAgainMs - tookMs,
  );
  const take = async (): Promise<Opened<C> | Failed> => {
    const { seeker, take: takePrimary } = primary();
    const usable = await known.get();
    const places = { held: keeper.current()?.address, primary: seeker.believed() };
    const address = chooseReplica(usable, places);
    if (address === undefined) {
      keeper.leaveUnless(undefined, "the Sentinels know no replica to read from");
      return await takePrimary();
    }
    const opened = await keeper.at(address);
    // Better an answer of the primary now than one of a replica later.
    return opened.kind === "open" ? opened : await takePrimary();
  };
  return { keeper, known, take };
}

function sentinelSource<C>(parts: Parts<C>, way: SentinelSettings): Source<C> {
  const { news, onAnother, signal } = parts;
  const replica = replicaOf(parts, way, () => primary);
  const leave = (address: Address | undefined, reason: string): void => {
    primary.keeper.leaveUnless(address, reason);
    // It belonged to the former primary, or is the primary now.
    replica.keeper.leaveUnless(undefined, reason);
  };
  const primary: PrimaryTaker<C> = primaryOf(parts, way, (word) => {
    leave(word, "the Sentinels name another primary");
    onAnother();
    news.announce();
  });
  return {
    async take(from) {
      try {
        return await (from === "replica" ? replica : primary).take();
      } catch (error) {
        if (signal.aborted) return CLOSED;
        throw error;
      }
    },
    doubt() {
      primary.seeker.doubt();
      replica.known.expire();
    },
    close: () => leave(undefined, "the client was closed"),
  };
}

export function createSource<C>(parts: Parts<C>): Source<C> {
  const { way } = parts.settings;
  return way.kind === "router" ? routerSource(parts, way) : sentinelSource(parts, way);
}
