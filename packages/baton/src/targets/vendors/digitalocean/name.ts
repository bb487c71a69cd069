// A name in the DNS that leads to one address: read with the epoch that stands beside it, and changed so that
// whoever is late sees it before he writes.
import type { Endpoint } from "../../../cluster/types.ts";
import {
  type Change,
  endpointText,
  type KnownNode,
  NOBODY,
  type Proof,
  type Reading,
  TryLater,
} from "../../target.ts";
import type { DigitalOcean } from "./client.ts";
import { proofOf, proveBudget, unaskable } from "./proofs.ts";
import type { DnsRecord, Records } from "./records.ts";

/** A name that has no epoch yet is older than every epoch, and reads as drift until it has one. */
const NO_EPOCH = -1;

export interface NameOptions {
  readonly records: Records;
  readonly group: string;
  readonly nodes: readonly KnownNode[];
  /** Seconds. */
  readonly ttl: number;
  /** Whether a TXT record of the same name holds the epoch. */
  readonly hasEpoch: boolean;
  /** When only a person can make it right: the next look, milliseconds. */
  readonly againMs: number;
}

interface Found {
  /** A and AAAA. */
  readonly addresses: readonly DnsRecord[];
  /** TXT records that Baton has written for the group. */
  readonly notes: readonly DnsRecord[];
  /** undefined where none is kept. */
  readonly epoch: number | undefined;
}

const noteOf = (group: string, epoch: number): string => `baton group=${group} epoch=${epoch}`;

function epochIn({ type, data }: DnsRecord, group: string): number | undefined {
  const [, owner, epoch] = /^baton group=(\S{1,40}) epoch=(\d{1,15})$/.exec(data) ?? [];
  return type === "TXT" && owner === group ? Number(epoch) : undefined;
}

const texts = (some: readonly DnsRecord[]): string =>
  some.map(({ type, data }) => `${type} ${data}`).join(", ");

const endpointAt = (address: string, nodes: readonly KnownNode[]): Endpoint | undefined =>
  nodes.find(({ endpoint }) => endpoint.address === address.toLowerCase())?.endpoint;

/** @throws TryLater for what Baton has to leave alone. */
function judge(all: readonly DnsRecord[], options: NameOptions): Found {
  const { records, group, nodes, hasEpoch, againMs } = options;
  const { fullName } = records;
  const alias = all.find(({ type }) => type === "CNAME");
  if (alias !== undefined) {
    const next = "remove it, or name another record";
    throw new TryLater(`${fullName} is a CNAME of ${alias.data}: ${next}`, againMs);
  }
  const addresses = all.filter(({ type }) => type === "A" || type === "AAAA");
  const isMixed = addresses.some(({ data }) => endpointAt(data, nodes) === undefined);
  if (addresses.length > 1 && isMixed) {
    const said = `${fullName} has addresses that are no node's: ${texts(addresses)}; remove those`;
    throw new TryLater(said, againMs);
  }
  const notes = all.filter((one) => epochIn(one, group) !== undefined);
  const epochs = notes.map((one) => epochIn(one, group) ?? NO_EPOCH);
  return { addresses, notes, epoch: hasEpoch ? Math.max(NO_EPOCH, ...epochs) : undefined };
}

function readingOf({ addresses, epoch }: Found, { records, nodes }: NameOptions): Reading | undefined {
  const [only, ...more] = addresses;
  if (only === undefined) return undefined;
  const noted = epoch === undefined ? "" : epoch < 0 ? ", no epoch yet" : `, epoch ${epoch}`;
  const endpoint = more.length === 0 ? endpointAt(only.data, nodes) : undefined;
  return { endpoint: endpoint ?? NOBODY, epoch, raw: `${records.fullName} ${texts(addresses)}${noted}` };
}

/** @throws Error for a newer epoch; TryLater for what Baton has to leave alone. */
async function write(
  { endpoint, epoch }: Change,
  options: NameOptions,
  signal: AbortSignal,
): Promise<void> {
  const { records, group, nodes, ttl, hasEpoch, againMs } = options;
  const found = judge(await records.list(signal), options);
  if (found.epoch !== undefined && found.epoch > epoch) {
    const held = readingOf(found, options);
    const where = held === undefined ? "no address" : endpointText(held.endpoint);
    throw new Error(`holds epoch ${found.epoch} (${where}), and ${epoch} is older`);
  }
  const type = endpoint.address.includes(":") ? "AAAA" : "A";
  const ofType = found.addresses.filter((one) => one.type === type);
  const kept = ofType.find(({ data }) => data.toLowerCase() === endpoint.address) ?? ofType[0];
  const others = found.addresses.filter((one) => one !== kept);
  const foreign = others.find(({ data }) => endpointAt(data, nodes) === undefined);
  if (foreign !== undefined) {
    throw new TryLater(
      `${records.fullName} is ${texts([foreign])}, which is no node's: remove it`,
      againMs,
    );
  }
  const [note, ...surplus] = found.notes;
  if (hasEpoch) {
    // The epoch first: who is older sees it from now on, also when this one is cut off before the address.
    await records.put(note, { type: "TXT", data: noteOf(group, epoch), ttl }, signal);
  }
  await records.put(kept, { type, data: endpoint.address, ttl }, signal);
  // Two agents that found none at the same moment have made two.
  for (const one of hasEpoch ? [...others, ...surplus] : others) await records.remove(one, signal);
}

function proofsOf(found: Found, options: NameOptions): readonly Proof[] {
  const { records, group, ttl } = options;
  const { fullName } = records;
  const reading = readingOf(found, options);
  if (reading === undefined) {
    return [{ verdict: "right", sentence: `${fullName}: there is none yet; the first change makes it` }];
  }
  const proofs: Proof[] = [{ verdict: "right", sentence: reading.raw }];
  if (reading.endpoint === NOBODY) {
    const sentence = `${fullName} does not lead to one node of ${group}: the next change mends it`;
    proofs.push({ verdict: "unknown", sentence });
  }
  const slowest = Math.max(...found.addresses.map((one) => one.ttl));
  const kept = `${fullName}: resolvers keep it for ${slowest} s`;
  const next = `set its TTL to ${ttl} now: a change does it too late`;
  if (slowest <= ttl) proofs.push({ verdict: "right", sentence: kept });
  else proofs.push({ verdict: "problem", sentence: `${kept}; ${next}` });
  return proofs;
}

async function prove(
  api: DigitalOcean,
  options: NameOptions,
  signal: AbortSignal,
): Promise<readonly Proof[]> {
  let all: readonly DnsRecord[];
  try {
    all = await options.records.list(signal);
  } catch (error) {
    return [proofOf(options.records.fullName, error)];
  }
  const rest = [unaskable("change records", "domain:update"), ...proveBudget(api)];
  try {
    return [...proofsOf(judge(all, options), options), ...rest];
  } catch (error) {
    return [{ verdict: "problem", sentence: (error as Error).message }, ...rest];
  }
}

export interface Name {
  read(signal: AbortSignal): Promise<Reading | undefined>;
  write(change: Change, signal: AbortSignal): Promise<void>;
  prove(api: DigitalOcean, signal: AbortSignal): Promise<readonly Proof[]>;
}

export const nameOf = (options: NameOptions): Name => ({
  read: async (signal) => readingOf(judge(await options.records.list(signal), options), options),
  write: (change, signal) => write(change, options, signal),
  prove: (api, signal) => prove(api, options, signal),
});
