// What records hold: addresses and texts, as bytes and as people write them.
import { isIPv4, isIPv6 } from "node:net";
import type { Endpoint } from "../../../cluster/types.ts";
import { MalformedMessage, TYPE } from "./message.ts";

const TEXT_BYTES_MAX = 255;

/** Of a canonical literal: eight groups, where `::` stands for as many zeros as are missing. */
function groupsOf(address: string): readonly number[] {
  const [left = "", right] = address.split("::");
  const parsed = (side: string) =>
    side === "" ? [] : side.split(":").map((group) => Number.parseInt(group, 16));
  const [head, tail] = [parsed(left), right === undefined ? [] : parsed(right)];
  return [...head, ...Array.from({ length: 8 - head.length - tail.length }, () => 0), ...tail];
}

/** The record that leads to an address: A, or AAAA. @throws Error for what is no address. */
export function addressValue(address: string): { readonly type: number; readonly data: Buffer } {
  if (isIPv4(address)) return { type: TYPE.A, data: Buffer.from(address.split(".").map(Number)) };
  if (!isIPv6(address)) throw new Error(`${address} is no address that a record could hold`);
  const canonical = new URL(`http://[${address}]`).hostname.slice(1, -1);
  const bytes = groupsOf(canonical).flatMap((group) => [group >> 8, group & 0xff]);
  return { type: TYPE.AAAA, data: Buffer.from(bytes) };
}

/** In the spelling that Redis and Sentinel use. @throws MalformedMessage */
export function addressIn(type: number, data: Buffer): string {
  if (type === TYPE.A && data.length === 4) return data.join(".");
  if (type !== TYPE.AAAA || data.length !== 16) {
    throw new MalformedMessage(`an address has ${data.length} bytes`);
  }
  const groups = data.toString("hex").match(/.{4}/g) ?? [];
  return new URL(`http://[${groups.join(":")}]`).hostname.slice(1, -1);
}

/** A TXT record of one string of at most 255 bytes. */
export function textValue(text: string): Buffer {
  const bytes = Buffer.from(text, "utf8").subarray(0, TEXT_BYTES_MAX);
  return Buffer.concat([Buffer.from([bytes.length]), bytes]);
}

/** The strings of a TXT record, put together. @throws MalformedMessage */
export function textIn(data: Buffer): string {
  const parts: Buffer[] = [];
  let at = 0;
  while (at < data.length) {
    const end = at + 1 + data.readUInt8(at);
    if (end > data.length) throw new MalformedMessage("a text is longer than its record");
    parts.push(data.subarray(at + 1, end));
    at = end;
  }
  return Buffer.concat(parts).toString("utf8");
}

/** What Baton writes beside the address: the token that stops a late writer, and the port. */
export interface Note {
  readonly group: string;
  readonly epoch: number;
  readonly endpoint: Endpoint;
}

const NOTE_PREFIX = "v=baton1 ";
const NOTE = /^v=baton1 group=(\S{1,80}) epoch=(\d{1,15}) address=([0-9a-f.:]{2,45}) port=(\d{1,5})$/;

export const noteText = ({ group, epoch, endpoint: { address, port } }: Note): string =>
  `${NOTE_PREFIX}group=${group} epoch=${epoch} address=${address} port=${port}`;

/** Whether the text is one of ours, whole or not; other texts of the name belong to somebody else. */
export const isNote = (text: string): boolean => text.startsWith(NOTE_PREFIX);

/** undefined for a text that is no note, or one that somebody has changed by hand. */
export function noteIn(text: string): Note | undefined {
  const found = NOTE.exec(text);
  if (found === null) return undefined;
  const [, group = "", epoch, address = "", port] = found;
  return { group, epoch: Number(epoch), endpoint: { address, port: Number(port) } };
}
