// Claims and records in the group's own Redis, as far as a primary takes writes. Only SET, GET and DEL: that
// is what the user of the agents may do.
import { noticeClaimKey, noticeKey } from "../cluster/shared-keys.ts";
import type { Door } from "../redis/door.ts";
import { claimIn, type NoticeClaim, type NoticeRecord, recordIn } from "./record.ts";

export interface NoticePlace {
  readonly group: string;
  /** Of the notice. */
  readonly id: string;
  readonly channel: string;
}

export interface Standing {
  /** Who is about to send; undefined: nobody. */
  readonly claim: NoticeClaim | undefined;
  /** What was sent; undefined: nothing, or so long ago that it is forgotten. */
  readonly record: NoticeRecord | undefined;
}

/** Every call resolves within the door's deadline; undefined: nobody takes writes, or no answer came. */
export interface Notes {
  read(place: NoticePlace): Promise<Standing | undefined>;
  /** Claims when nobody else has, and reads what was sent until then. */
  claim(place: NoticePlace, claim: NoticeClaim, lifeMs: number): Promise<Standing | undefined>;
  /** Gives the claim up without a word. */
  release(place: NoticePlace, claim: NoticeClaim): Promise<void>;
  /** Writes down what was sent; with it a claim of this agent's is given up. @returns false: not written */
  write(
    place: NoticePlace,
    record: NoticeRecord,
    options: { readonly lifeMs: number; readonly claim: NoticeClaim | undefined },
  ): Promise<boolean>;
}

/** `doorOf`: to the primary of a group; undefined while nobody takes writes, or writes are paused. */
export function redisNotes(doorOf: (group: string) => Door | undefined): Notes {
  const keyOf = ({ group, id, channel }: NoticePlace) => noticeKey(group, id, channel);
  const claimKeyOf = ({ group, id, channel }: NoticePlace) => noticeClaimKey(group, id, channel);

  async function ask(
    place: NoticePlace,
    commands: readonly (readonly [string, ...string[]])[],
  ): Promise<readonly unknown[] | undefined> {
    try {
      const replies = await doorOf(place.group)?.batch(commands);
      // READONLY, NOAUTH, MASTERDOWN: as good as nobody.
      return replies?.some((one) => one instanceof Error) ? undefined : replies;
    } catch {
      return undefined;
    }
  }

  const standingIn = (claim: unknown, record: unknown): Standing => ({
    claim: claimIn(claim),
    record: recordIn(record),
  });

  return {
    async read(place) {
      const replies = await ask(place, [
        ["GET", claimKeyOf(place)],
        ["GET", keyOf(place)],
      ]);
      return replies && standingIn(replies[0], replies[1]);
    },
    async claim(place, claim, lifeMs) {
      const key = claimKeyOf(place);
      const life = String(Math.round(lifeMs));
      // In this order: a record that is not there yet was not written before the claim either.
      const replies = await ask(place, [
        ["SET", key, JSON.stringify(claim), "NX", "PX", life],
        ["GET", key],
        ["GET", keyOf(place)],
      ]);
      return replies && standingIn(replies[1], replies[2]);
    },
    async release(place, claim) {
      const standing = await this.read(place);
      if (standing?.claim?.token === claim.token) await ask(place, [["DEL", claimKeyOf(place)]]);
    },
    async write(place, record, { lifeMs, claim }) {
      const set = [
        "SET",
        keyOf(place),
        JSON.stringify(record),
        "PX",
        String(Math.round(lifeMs)),
      ] as const;
      const replies = await ask(place, [set, ["GET", claimKeyOf(place)]]);
      if (replies === undefined) return false;
      const isMine = claim !== undefined && claimIn(replies[1])?.token === claim.token;
      if (isMine) await ask(place, [["DEL", claimKeyOf(place)]]);
      return true;
    },
  };
}
