// What takes part: a place to connect to, and the process whose cost is measured.
import { BatonError } from "../../packages/baton/src/errors.ts";
import type { SocketAddress } from "../../packages/baton/src/sys/sockets.ts";

export interface Contestant extends SocketAddress {
  readonly id: string;
  readonly title: string;
  /** The proxy, with whatever it starts; undefined where clients connect to Redis itself. */
  readonly pid: number | undefined;
}

/** Who does not take part, and why not, in a sentence. */
export interface Absent {
  readonly id: string;
  readonly title: string;
  readonly reason: string;
}

export interface Field {
  readonly contestants: readonly Contestant[];
  readonly absent: readonly Absent[];
}

/** Whoever cannot be started is absent, with the reason: the others are measured all the same. */
export async function orAbsent<T>(
  { id, title }: Pick<Contestant, "id" | "title">,
  starting: Promise<T>,
): Promise<T | Absent> {
  try {
    return await starting;
  } catch (error) {
    if (!(error instanceof BatonError)) throw error;
    return { id, title, reason: error.message };
  }
}

export function fieldOf(all: readonly (Contestant | Absent)[]): Field {
  return {
    contestants: all.filter((one) => "address" in one),
    absent: all.filter((one) => "reason" in one),
  };
}
