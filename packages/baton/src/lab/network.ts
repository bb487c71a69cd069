// Which loopback addresses a lab gets: a block of 256 of its own, with the ports that it needs all free.
import { BatonError } from "../errors.ts";
import { firstBusy, holdName, type SocketAddress } from "../sys/sockets.ts";

// 127.0.0.x and 127.0.1.x are in use on most machines: localhost, the resolver, Debian's own host name.
const FIRST_BLOCK = 10;
const LAST_BLOCK = 250;

/** Host number k, from 0, is announced at .(k+1); with wires its processes listen at .(k+101). */
export const HOSTS_MAX = 99;

export const announcedAddress = (network: string, index: number): string => `${network}.${index + 1}`;
export const listenAddress = (network: string, index: number, wires: boolean): string =>
  `${network}.${index + 1 + (wires ? 100 : 0)}`;

export interface Claim {
  /** "127.0.10" */
  readonly network: string;
  /** To be called once the lab listens on its ports itself, or has given up. */
  readonly release: () => Promise<void>;
}

/**
 * Finds a block that no lab in `taken` has, whose `places` are free, and holds it against other labs of
 * this machine that are looking for one at the same time.
 * @throws BatonError PORT_BUSY with the first busy place when no block is free, as with a listener on
 *   all addresses.
 */
export async function claimNetwork(
  taken: ReadonlySet<string>,
  places: (network: string) => readonly SocketAddress[],
): Promise<Claim> {
  let busy: BatonError | undefined;
  for (let block = FIRST_BLOCK; block <= LAST_BLOCK; block += 1) {
    const network = `127.0.${block}`;
    if (taken.has(network)) continue;
    const release = await holdName(`baton-network-${network}`);
    if (release === undefined) continue;
    const found = await firstBusy(places(network));
    if (found === undefined) return { network, release };
    busy ??= found;
    await release();
  }
  const tried = `127.0.${FIRST_BLOCK}.x to 127.0.${LAST_BLOCK}.x`;
  const why = busy?.message ?? "every block belongs to a lab";
  throw new BatonError(
    "PORT_BUSY",
    `no block of addresses from ${tried} has all its ports free: ${why}`,
    {
      cause: busy,
      details: busy?.details ?? {},
    },
  );
}
