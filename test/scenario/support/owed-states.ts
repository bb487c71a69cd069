// The states in which a session is owed a reply: they last as long as the primary takes, or holds back, what
// it was sent.
import { PASSING_CLAUSES } from "../../../packages/baton/src/router/command-effects.ts";
import { CLAUSES } from "../../../packages/baton/src/router/session-settings.ts";
import { CLOSED, CUT, KEY, type Sight, type State, USER, inOne } from "./unmovable-states.ts";

const WRITES = `redis.call('SET','${KEY}','1')`;
const script = (body: string): string => `EVAL ${body.replaceAll(" ", "\t")} 0`;
export const LIBRARY = `#!lua name=lib\nredis.register_function('put', function() return ${WRITES} end)`;

/** Writes are paused on the primary before these are sent, so that they are owed in a switchover. */
export const HELD_BACK: readonly Omit<State, "killed" | "silent">[] = [
  { state: "a write", says: inOne(`SET ${KEY} 1`), hears: "", planned: CLOSED },
  { state: "a script", says: inOne(script(`return ${WRITES}`)), hears: "", planned: CLOSED },
  { state: "a function", says: inOne("FCALL put 0"), hears: "", planned: CLOSED },
  { state: "PUBLISH", says: inOne("PUBLISH news now"), hears: "", planned: CLOSED },
  {
    // Redis holds it back already when it is to be queued.
    state: "a write within MULTI",
    obstacle: PASSING_CLAUSES.multi,
    says: inOne("MULTI", `SET ${KEY} 1`, "EXEC"),
    hears: "+OK\r\n",
    planned: CLOSED,
  },
  {
    state: "a write in one piece with a read",
    says: inOne(`GET ${KEY}`, `SET ${KEY} 1`),
    hears: "$-1\r\n",
    planned: CLOSED,
  },
];

/** What comes to its end while the switchover waits for it. */
export const IN_TIME: readonly (Omit<State, "planned" | "killed" | "silent"> & {
  /** Sent while the switchover waits, and answered with these bytes. */
  readonly end: string;
  readonly bytes: string;
  /** What the new primary has. */
  readonly written: string | null;
})[] = [
  {
    state: "a MULTI that gets its EXEC",
    obstacle: PASSING_CLAUSES.multi,
    says: inOne("MULTI", `SET ${KEY} 1`),
    hears: "+OK\r\n+QUEUED\r\n",
    end: inOne("EXEC"),
    bytes: "*1\r\n+OK\r\n",
    written: "1",
  },
  {
    state: "a WATCH that gets its UNWATCH",
    obstacle: CLAUSES.watch,
    says: inOne("WATCH k"),
    hears: "+OK\r\n",
    end: inOne("UNWATCH"),
    bytes: "+OK\r\n",
    written: null,
  },
  {
    state: "a command of 30 kB that gets its other half",
    says: inOne(`SET ${KEY} ${"x".repeat(30_000)}`).slice(0, 25_000),
    hears: "",
    end: inOne(`SET ${KEY} ${"x".repeat(30_000)}`).slice(25_000),
    bytes: "+OK\r\n",
    written: "x".repeat(30_000),
  },
  {
    state: "a script that runs for a while, as the primary does nothing else meanwhile",
    // Not until a time: from Redis 7.2 on the clock stands still within a script.
    says: inOne(script(`for i = 1, 10000000 do end ${WRITES} return 7`)),
    hears: "",
    end: "",
    bytes: ":7\r\n",
    written: "1",
  },
];

/** From here on the primary answers nobody. */
export const ENDLESS: State = {
  state: "runs a script",
  says: inOne(script(`${WRITES} while true do end`)),
  hears: "",
  ...CUT,
};

const owed = (state: string, lines: readonly string[], obstacle?: string): State => ({
  state,
  says: inOne(...lines),
  hears: "",
  ...CUT,
  ...(obstacle === undefined ? {} : { obstacle }),
});
const AGAIN: Sight = ["open", "$-1\r\n"];

/** Sent to a primary that does not answer. */
export const UNANSWERED: readonly State[] = [
  owed("is owed the reply of a write", [`SET ${KEY} 1`]),
  owed("is owed the reply of a function", ["FCALL put 0"]),
  owed("is owed the reply of PUBLISH", ["PUBLISH news now"]),
  owed("is owed the reply of SELECT", ["SELECT 1"]),
  owed("is owed the reply of a login", [`AUTH ${USER} secret`]),
  owed("is owed the reply of SCAN", ["SCAN 0"]),
  owed("is owed the reply of a command that nobody knows", ["NEWLY-INVENTED"]),
  owed("is owed the replies of 64 KiB of reads", Array<string>(4_000).fill(`GET ${KEY}`)),
  owed("is owed the replies of a read and a write in one piece", [`GET ${KEY}`, `SET ${KEY} 1`]),
  owed("is owed the reply of MULTI", ["MULTI"], PASSING_CLAUSES.multi),
  owed("is owed the reply of WATCH", ["WATCH k"], CLAUSES.watch),
  owed("is owed the reply of ASKING", ["ASKING"], CLAUSES.asking),
  owed("turns IMPORT-SOURCE on", ["CLIENT IMPORT-SOURCE ON"], CLAUSES["import-source"]),
  owed("uses a new subcommand of CLIENT", ["CLIENT NEWLY-INVENTED"], CLAUSES["unknown-client"]),
  owed("has sent SHUTDOWN", ["SHUTDOWN NOSAVE"], PASSING_CLAUSES.shutdown),
  { ...owed("is owed the reply of a read and has closed its sending half", ["PING"]), how: "finishes" },
  {
    ...owed("is owed the reply of a read", [`GET ${KEY}`]),
    planned: AGAIN,
    killed: AGAIN,
    silent: AGAIN,
  },
];
