// The file that nginx includes in an upstream: one server line, and above it who wrote it, for which group
// and epoch, and when.
import { isIP } from "node:net";
import { BatonError } from "../../../errors.ts";
import { readTextFileIfThere } from "../../../sys/files.ts";
import { endpointText, type Place } from "../../target.ts";
import type { Moment } from "./workers.ts";

const FILE_BYTES_MAX = 4_096;
/** In the first line of every file that Baton may replace. */
const SIGN = "# baton";
const HEAD = /^# baton: group (\S+), epoch (\d{1,15}), boot (\S+), tick (\d{1,15})$/m;
const SERVER = /^server \[?([0-9a-f.:]+)\]?:(\d{1,5});$/m;

export interface Included {
  /** Whole, to be put back. */
  readonly text: string;
  /** undefined for one that only carries the sign: it was put there so that nginx can start. */
  readonly place: Place | undefined;
  readonly written: Moment | undefined;
}

export function includeText(group: string, { endpoint, epoch }: Place, now: Moment | undefined): string {
  if (isIP(endpoint.address) === 0)
    throw new Error(`${endpoint.address} is no address for a server line`);
  const { boot, ticks } = now ?? { boot: "unknown", ticks: 0 };
  const head = `${SIGN}: group ${group}, epoch ${epoch}, boot ${boot}, tick ${ticks}`;
  return `${head}\nserver ${endpointText(endpoint)};\n`;
}

/** @throws BatonError REFUSED for a file that somebody else wrote, or wrote into. */
export async function readInclude(path: string, group: string): Promise<Included | undefined> {
  const text = await readTextFileIfThere(path, FILE_BYTES_MAX);
  if (text === undefined) return undefined;
  const [first = "", ...lines] = text.split("\n");
  if (first.trim() === SIGN) return { text, place: undefined, written: undefined };
  const [head, found] = [HEAD.exec(first), SERVER.exec(lines[0] ?? "")];
  const isWhole = head !== null && found !== null && lines.slice(1).every((line) => line.trim() === "");
  // A wrong path must not cost somebody a file.
  if (!isWhole) throw new BatonError("REFUSED", `${path}: not as Baton wrote it; move it away first`);
  const [, of = "", epoch, boot = "", ticks] = head;
  if (of !== group)
    throw new BatonError("REFUSED", `${path}: leads to the group ${of}; give each its own`);
  const [, address = "", port] = found;
  const place = { endpoint: { address, port: Number(port) }, epoch: Number(epoch) };
  const written = boot === "unknown" ? undefined : { boot, ticks: Number(ticks) };
  return { text, place, written };
}
