// Holds one connection at the most, and lets go of it before another one is opened.
import type { Link, Opened } from "./link.ts";
import { type Address, sameAddress, textOf } from "./library.ts";
import { type Failed, notDone } from "./outcome.ts";

export interface Keeper<C> {
  /** The connection, where it is open. */
  current(): Link<C> | undefined;
  /** The connection to this address; one to another address is destroyed before. Never rejects. */
  at(address: Address): Promise<Opened<C> | Failed>;
  /** Destroys what is held or being opened to any other address than this one. */
  leaveUnless(address: Address | undefined, reason: string): void;
}

type Open<C> = (address: Address, signal: AbortSignal) => Promise<Opened<C> | Failed>;

export function createKeeper<C>(open: Open<C>): Keeper<C> {
  let held: Link<C> | undefined;
  let opening:
    | {
        readonly address: Address;
        readonly ending: AbortController;
        readonly result: Promise<Opened<C> | Failed>;
      }
    | undefined;

  const leaveUnless = (address: Address | undefined, reason: string): void => {
    const isElsewhere = (one: Address): boolean => address === undefined || !sameAddress(one, address);
    if (held !== undefined && isElsewhere(held.address)) {
      held.destroy(reason);
      held = undefined;
    }
    if (opening !== undefined && isElsewhere(opening.address)) {
      opening.ending.abort();
      opening = undefined;
    }
  };

  const openNow = async (address: Address, ending: AbortController): Promise<Opened<C> | Failed> => {
    const result = await open(address, ending.signal);
    if (ending.signal.aborted) {
      if (result.kind === "open") result.link.destroy("it was left while it was opened");
      return notDone("no-connection", `${textOf(address)} was left while it was opened`);
    }
    opening = undefined;
    if (result.kind === "open") held = result.link;
    return result;
  };

  return {
    current: () => (held?.isOpen() === true ? held : undefined),
    leaveUnless,
    async at(address) {
      leaveUnless(address, `the primary is at ${textOf(address)}`);
      if (held?.isOpen() === true) return { kind: "open", link: held };
      held?.destroy("the connection was lost");
      held = undefined;
      if (opening === undefined) {
        const ending = new AbortController();
        opening = { address, ending, result: openNow(address, ending) };
      }
      return await opening.result;
    },
  };
}
