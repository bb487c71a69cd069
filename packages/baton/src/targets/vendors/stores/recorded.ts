// What Baton keeps under a key of a store: the route of a group as JSON, with the epoch that fences it.
import { z } from "zod";
import type { Endpoint } from "../../../cluster/types.ts";
import { type Change, endpointText, isSameEndpoint, type Reading } from "../../target.ts";

/** Somebody has written it by hand, without an epoch: older than every one. */
export const NO_EPOCH = -1;

export interface Recorded {
  readonly endpoint: Endpoint;
  /** NO_EPOCH where there is none. */
  readonly epoch: number;
}

const shape = z.object({
  group: z.string().optional(),
  address: z.string().min(1).max(255),
  port: z.int().min(1).max(65_535),
  epoch: z.int().min(0).default(NO_EPOCH),
});

const RAW_CHARACTERS_MAX = 200;

/** The value of the key, before it is JSON. */
export const recordOf = ({ group, endpoint: { address, port }, epoch }: Change) => ({
  group,
  address,
  port,
  epoch,
});

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Said like every other text that is not ours.
    return undefined;
  }
}

/**
 * A wrong key must not cost somebody a value: whatever Baton has not written for this group is left alone.
 * @throws Error that says what to do about it; the value itself is not quoted.
 */
export function recordedIn(text: string, key: string, group: string): Recorded {
  const read = shape.safeParse(parsed(text));
  if (!read.success) {
    const expected = '{"group":..,"address":..,"port":..,"epoch":..}';
    throw new Error(`${key} holds something else than ${expected}; move it away, or choose another key`);
  }
  const { address, port, epoch } = read.data;
  if (read.data.group !== undefined && read.data.group !== group) {
    throw new Error(
      `${key} holds the primary of group ${read.data.group}; choose another key for ${group}`,
    );
  }
  return { endpoint: { address, port }, epoch };
}

export const readingOf = ({ endpoint, epoch }: Recorded, text: string): Reading => ({
  endpoint,
  epoch,
  raw: text.slice(0, RAW_CHARACTERS_MAX).replaceAll(/\s+/g, " "),
});

export const isRecorded = (recorded: Recorded | undefined, change: Change): boolean =>
  recorded !== undefined &&
  recorded.epoch === change.epoch &&
  isSameEndpoint(recorded.endpoint, change.endpoint);

/** @throws Error when what is recorded is newer than the change. */
export function refuseNewer(recorded: Recorded | undefined, { epoch }: Change): void {
  if (recorded === undefined || recorded.epoch <= epoch) return;
  const held = `${recorded.epoch} (${endpointText(recorded.endpoint)})`;
  throw new Error(`holds epoch ${held}, and ${epoch} is older`);
}
