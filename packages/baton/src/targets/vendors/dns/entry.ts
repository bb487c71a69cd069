// The place that Baton keeps in a zone: one address record and one note beside it, read as one and replaced
// in one message.
import type { Endpoint } from "../../../cluster/types.ts";
import { type Change, endpointText, isSameEndpoint, NOBODY, type Reading } from "../../target.ts";
import { CLASS, type DnsRecord, TYPE } from "./message.ts";
import type { Session, Update } from "./name-server.ts";
import { Unfit } from "./refusal.ts";
import {
  addressIn,
  addressValue,
  isNote,
  type Note,
  noteIn,
  noteText,
  textIn,
  textValue,
} from "./values.ts";

/** A name with more texts than this is used for something else. */
const TEXTS_MAX = 32;

export interface Entry {
  /** A and AAAA together. */
  readonly addresses: readonly DnsRecord[];
  /** All of the name: what an update has to find unchanged. */
  readonly texts: readonly DnsRecord[];
  /** Those of the texts that are ours. */
  readonly notes: readonly DnsRecord[];
  /** Of several, which only a hand can have made, the newest. */
  readonly note: Note | undefined;
}

interface Place {
  readonly name: string;
  readonly group: string;
}

function belongsTo({ name, group }: Place, notes: readonly Note[]): void {
  const other = notes.find((note) => note.group !== group);
  if (other === undefined) return;
  const next = `give ${group} another name, or remove the note if ${other.group} is gone`;
  throw new Unfit(`${name} leads to the group ${other.group}; ${next}`);
}

/** @throws Unfit for an alias, a note of another group, a name that is used for something else. */
export async function readEntry(session: Session, place: Place): Promise<Entry> {
  const { name } = place;
  const texts = await session.query(name, TYPE.TXT);
  const addresses = [...(await session.query(name, TYPE.A)), ...(await session.query(name, TYPE.AAAA))];
  if ([...texts, ...addresses].some(({ type }) => type === TYPE.CNAME)) {
    throw new Unfit(
      `${name} is an alias (CNAME); Baton needs records of its own there: remove it first`,
    );
  }
  if (texts.length > TEXTS_MAX) {
    throw new Unfit(`${name} has ${texts.length} TXT records; choose another name`);
  }
  const notes = texts.filter(({ data }) => isNote(textIn(data)));
  const read = notes.flatMap(({ data }) => noteIn(textIn(data)) ?? []);
  belongsTo(place, read);
  const [note] = read.toSorted((one, other) => other.epoch - one.epoch);
  return { addresses, texts, notes, note };
}

/** The address that clients get, the port and the epoch that stand beside it. */
export function readingOf({ addresses, notes, note }: Entry): Reading | undefined {
  if (addresses.length === 0 && notes.length === 0) return undefined;
  const found = addresses.map(({ type, data }) => addressIn(type, data));
  const beside = note === undefined ? "no note" : `epoch ${note.epoch}, port ${note.endpoint.port}`;
  const several = notes.length > 1 ? `, ${notes.length} notes` : "";
  const [address] = found;
  const isOne = address !== undefined && found.length === 1 && notes.length === 1;
  // Port 0 is nobody's: an address without its note is mended by the next write.
  const endpoint = isOne ? { address, port: note?.endpoint.port ?? 0 } : NOBODY;
  const shown = found.length === 0 ? "no address" : found.slice(0, 4).join(" and ");
  return { endpoint, epoch: note?.epoch, raw: `${shown} (${beside}${several})` };
}

const isThere = (entry: Entry, endpoint: Endpoint, epoch: number): boolean => {
  const reading = readingOf(entry);
  return reading !== undefined && reading.epoch === epoch && isSameEndpoint(reading.endpoint, endpoint);
};

/** The exact set of texts that was read, or that there is none: with the epoch in it, the fencing token. */
function unchanged({ texts }: Entry, name: string): readonly DnsRecord[] {
  const none = { name, type: TYPE.TXT, class: CLASS.NONE, ttl: 0, data: Buffer.alloc(0) };
  return texts.length === 0 ? [none] : texts.map((text) => ({ ...text, class: CLASS.IN, ttl: 0 }));
}

/**
 * undefined when it is as it should be. Removes only what it has seen, so that a key needs no right to types
 * that are not there; texts of others stay.
 * @throws Error `holds epoch N (...), and M is older`
 */
export function updateTo(
  entry: Entry,
  name: string,
  ttlSeconds: number,
  { group, endpoint, epoch }: Change,
): Update | undefined {
  const { addresses, texts, notes, note } = entry;
  if (note !== undefined && note.epoch > epoch) {
    throw new Error(`holds epoch ${note.epoch} (${endpointText(note.endpoint)}), and ${epoch} is older`);
  }
  if (isThere(entry, endpoint, epoch)) return undefined;
  const empty = Buffer.alloc(0);
  const types = [...new Set(addresses.map(({ type }) => type))];
  const stranger = texts.find((text) => !notes.includes(text));
  const add = { name, class: CLASS.IN, ttl: ttlSeconds };
  return {
    prerequisites: unchanged(entry, name),
    changes: [
      ...types.map((type) => ({ name, type, class: CLASS.ANY, ttl: 0, data: empty })),
      ...notes.map((one) => ({ ...one, class: CLASS.NONE, ttl: 0 })),
      { ...add, ...addressValue(endpoint.address) },
      // All texts of a name have one TTL: whoever was there first keeps theirs.
      {
        ...add,
        type: TYPE.TXT,
        ttl: stranger?.ttl ?? ttlSeconds,
        data: textValue(noteText({ group, endpoint, epoch })),
      },
    ],
  };
}

/** Removes what cannot be there: shows whether the key may change these types, and changes nothing. */
export function harmless(name: string, types: readonly number[], random: Buffer): Update {
  const values: Readonly<Record<number, Buffer>> = {
    // Addresses that no host can have, and a text that nobody can have guessed.
    [TYPE.A]: Buffer.concat([Buffer.from([240]), random.subarray(0, 3)]),
    [TYPE.AAAA]: Buffer.concat([Buffer.from("0100000000000000", "hex"), random.subarray(0, 8)]),
    [TYPE.TXT]: textValue(`baton asks for its rights ${random.toString("hex")}`),
  };
  const changes = types.map((type) => {
    return { name, type, class: CLASS.NONE, ttl: 0, data: values[type] ?? random };
  });
  return { prerequisites: [], changes };
}
