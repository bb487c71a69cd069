// Whether every acknowledged write is there: on the primary of the moment, key by key.
import type { Door } from "../../packages/baton/src/redis/door.ts";
import type { AcknowledgedLine, CountedLine } from "./lines.ts";

export type Claim = AcknowledgedLine | CountedLine;

const KEYS_AT_ONCE = 200;
type Command = readonly [string, ...string[]];

const keysOf = (claim: Claim): readonly string[] =>
  claim.event === "counted"
    ? [claim.key]
    : Array.from(
        { length: claim.last - claim.first + 1 },
        (_, index) => `${claim.prefix}${claim.first + index}`,
      );

function portions(keys: readonly string[]): readonly (readonly string[])[] {
  const count = Math.ceil(keys.length / KEYS_AT_ONCE);
  return Array.from({ length: count }, (_, index) =>
    keys.slice(index * KEYS_AT_ONCE, (index + 1) * KEYS_AT_ONCE),
  );
}

export interface Found {
  /** Acknowledged writes that are not there. */
  readonly lost: number;
  /** Executed more often than they were asked for; only of keys that were counted up. */
  readonly repeated: number;
}

async function countedFound(claim: CountedLine, door: Door): Promise<Found> {
  const value = Number(await door.call(["GET", claim.key]));
  return { lost: Math.max(0, claim.count - value), repeated: Math.max(0, value - claim.count) };
}

/** @throws BatonError UNREACHABLE, REFUSED when the node cannot be asked. */
export async function findClaim(claim: Claim, door: Door): Promise<Found> {
  if (claim.event === "counted") return await countedFound(claim, door);
  let lost = 0;
  for (const keys of portions(keysOf(claim))) {
    const command: Command = ["EXISTS", ...keys];
    lost += keys.length - Number(await door.call(command));
  }
  return { lost, repeated: 0 };
}

/** What has been judged for good need not fill memory. @throws as findClaim */
export async function removeClaim(claim: Claim, door: Door): Promise<void> {
  for (const keys of portions(keysOf(claim))) await door.call(["UNLINK", ...keys]);
}
