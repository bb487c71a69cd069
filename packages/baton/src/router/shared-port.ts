// One port that several processes serve: what each of them is told, and the sum of what they count.
import type { Endpoint } from "../cluster/types.ts";
import type { BatonError } from "../errors.ts";
import { sumOf } from "./counts.ts";
import type { Order } from "./messages.ts";
import type { EndSink } from "./visits.ts";

export interface Counted {
  readonly sessions: number;
  readonly cut: number;
}

/** What a pool of processes needs to know of any port. */
export interface SharedPort {
  readonly id: number;
  readonly opening: Order;
  /** Orders that bring a worker that starts later to where the others are. */
  present(): readonly Order[];
  /** Workers, by number, that serve it. */
  readonly servedBy: ReadonlySet<number>;
  /** There once the first worker listens. */
  readonly address: Endpoint | undefined;
  /** Why a worker cannot open it. */
  failure: BatonError | undefined;
  /** No worker is to open it any more. */
  isEnding: boolean;
  opened(worker: number, address: Endpoint): void;
  counted(worker: number, counts: Counted): void;
  /** Where ends of sessions are told; undefined: nobody wants to know. */
  readonly accessLog: EndSink | undefined;
  /** The sessions of a worker have come to where a hold wants them, or have not in time. */
  settled(worker: number, holdNumber: number, isSettled: boolean): void;
  /** A worker serves it no longer: it has closed it, or has died. @returns sessions that it still had. */
  left(worker: number): number;
}

export interface CountingPort<Counts extends Counted> extends SharedPort {
  /** Of all workers, dead ones included. */
  total(): Counts;
  /** @returns whether every worker that serves it has settled for this hold; undefined while some may. */
  isSettled(holdNumber: number): boolean | undefined;
}

export function sharedPort<Counts extends Counted>(options: {
  readonly opening: Order;
  readonly accessLog: EndSink | undefined;
  readonly present: () => readonly Order[];
  readonly zero: Counts;
  /** What is left of the counts of a worker that has died: its sessions are no more. */
  readonly afterDeath: (counts: Counts) => Counts;
}): CountingPort<Counts> {
  const { opening, accessLog, present, zero, afterDeath } = options;
  const servedBy = new Set<number>();
  const latest = new Map<number, Counts>();
  const settlings = new Map<number, { readonly holdNumber: number; readonly isSettled: boolean }>();
  let past = zero;
  let address: Endpoint | undefined;
  return {
    id: opening.id,
    opening,
    accessLog,
    present,
    servedBy,
    get address() {
      return address;
    },
    failure: undefined,
    isEnding: false,
    opened(worker, where) {
      address = where;
      servedBy.add(worker);
    },
    counted(worker, counts) {
      // On its way when the worker ended, whose counts are among the past ones: they would count twice.
      if (!servedBy.has(worker)) return;
      // The message was parsed as that of a port of this kind: its number is nobody else's.
      latest.set(worker, counts as Counts);
    },
    settled: (worker, holdNumber, isSettled) => void settlings.set(worker, { holdNumber, isSettled }),
    isSettled(holdNumber) {
      const said = [...servedBy].map((worker) => settlings.get(worker));
      if (said.some((one) => one?.holdNumber !== holdNumber)) return undefined;
      return said.every((one) => one?.isSettled);
    },
    left(worker) {
      const last = latest.get(worker);
      servedBy.delete(worker);
      latest.delete(worker);
      settlings.delete(worker);
      if (last === undefined) return 0;
      past = sumOf(past, [afterDeath(last)]);
      return last.sessions;
    },
    total: () => sumOf(past, [...latest.values()]),
  };
}
