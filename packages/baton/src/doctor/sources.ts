// What doctor is given: texts by path, answers of running processes, and what a cluster file says.
import type { Layout } from "../cluster/types.ts";
import type { ReadScript } from "./code/scripts.ts";
import type { Grammars } from "./code/grammar.ts";
import type { EventStream } from "./facts-events.ts";
import type { FileState, LiveRedis, LiveSentinel, Policy } from "./facts.ts";

export interface SourceText {
  /** As it is shown, with "/" between folders: "h1/sentinel.conf". */
  readonly path: string;
  readonly text: string;
  readonly state?: FileState;
}

/** A file that nobody looked at, and why, as a clause: "is larger than 4 MB". */
export interface SkippedFile {
  readonly file: string;
  readonly reason: string;
}

export interface Sources {
  readonly files: readonly SourceText[];
  readonly live?: {
    readonly redis: readonly LiveRedis[];
    readonly sentinels: readonly LiveSentinel[];
    /** What they said while somebody listened. */
    readonly heard?: readonly EventStream[];
  };
  readonly layout?: Layout;
  readonly policy?: Policy;
  /** For the code among the files, see `grammarsFor`; without them no code is read. */
  readonly grammars?: Grammars;
  /** Reads scripts; without it their rules say nothing. See code/scripts.ts. */
  readonly readScript?: ReadScript;
  /** What the reader of the tree left out. */
  readonly skipped?: readonly SkippedFile[];
}
