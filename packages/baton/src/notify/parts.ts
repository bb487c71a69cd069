// What a courier is given, and what its parts find around themselves.
import type { Clock } from "../sys/clock.ts";
import type { ChannelSurroundings } from "./channel.ts";
import type { Notes } from "./notes.ts";
import type { NoticeRecord, Told } from "./record.ts";
import type { KnownChannel } from "./settings.ts";
import type { NoticeNews, Outcome } from "./state.ts";
import type { Tracked } from "./tracked.ts";

export interface CourierOptions {
  readonly known: KnownChannel;
  readonly host: string;
  /** 0 goes first. */
  readonly rank: number;
  readonly clock: Clock;
  readonly notes: Notes;
  readonly surroundings: ChannelSurroundings;
  /** To all other agents; what does not arrive is done without. */
  readonly tell: (told: Told) => void;
  /** What is open, on disk; undefined: nothing is any more. */
  readonly remember: (place: Tracked["place"], record: NoticeRecord | undefined) => void;
  /** For the journal. Must not throw. */
  readonly write: (news: NoticeNews) => void;
  readonly count: (outcome: Outcome) => void;
  readonly chance: Chance;
}

/** Where two agents have to differ, and a test has to know. */
export interface Chance {
  /** From 0 to 1. */
  random(): number;
  /** Never the same twice, on no machine. */
  newId(): string;
}

export interface CourierParts
  extends Pick<CourierOptions, "host" | "rank" | "clock" | "notes" | "tell" | "chance"> {
  /** Of one attempt, as far as it is known. */
  readonly deadlineMs: () => number;
  readonly remember: (tracked: Tracked) => void;
  /** Another message of the same notice is open over there, too. */
  readonly onCopy: (tracked: Tracked) => void;
}
