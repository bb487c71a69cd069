// The states that keep a session where it is: how a client gets into each, and what it sees when its primary
// changes.
import { OPAQUE_CLAUSES, PASSING_CLAUSES } from "../../../packages/baton/src/router/command-effects.ts";
import { command } from "../../../packages/baton/src/router/primary.fixture.ts";
import { CLAUSES } from "../../../packages/baton/src/router/session-settings.ts";
import type { End } from "./unmovable.ts";

/** Nobody has it before, and whoever cannot finish has not written it. */
export const KEY = "unmovable";
/** A value whose reply is too long for the buffers between the primary and a client that does not read. */
export const LARGE_KEY = "large";
export const LARGE_BYTES = 32 << 20;
export const LONG = "x".repeat(20_000);
export const USER = "shop";
export const STREAM = "stream";
export const GROUP = "readers";

/**
 * What the client sees after it has got into the state: how its connection stands, and these bytes.
 * "over": closed or reset; two are at work, the primary and the router, or the router and the client's own
 * system, which still has bytes for it.
 */
export type Sight = readonly [end: End | "over", bytes: string | RegExp];

export interface State {
  readonly state: string;
  /** As the router names it; undefined where a reply is owed, or a part is sent. */
  readonly obstacle?: string;
  readonly says: string;
  /** The replies to it that put the client into the state. */
  readonly hears: string | RegExp;
  /** In a switchover; when the primary is killed; when it falls silent and keeps its connections. */
  readonly planned: Sight;
  readonly killed: Sight;
  readonly silent: Sight;
  readonly how?: "blocked" | "deaf" | "finishes";
}

export const inOne = (...lines: readonly string[]): string =>
  lines.map((line) => command(...line.split(" "))).join("");

export const CLOSED: Sight = ["closed", ""];
const RESET: Sight = ["reset", ""];
export const CUT = { planned: CLOSED, killed: CLOSED, silent: RESET };
const PART = new RegExp(`^\\$${LARGE_BYTES}\\r\\nx+$`);
/** What it has been told by then of the commands of others. */
const OVERHEARD = /^$|^\+\d+\.\d+ \[/;
/** What has been replicated by then. */
const REPLICATED = /^[^]*$/;
/** A primary that becomes a replica ends its own replicas a moment later, and the router may come first. */
const REPLICATES: Pick<State, "planned" | "killed" | "silent"> = {
  planned: ["over", REPLICATED],
  killed: ["closed", REPLICATED],
  silent: ["reset", REPLICATED],
};
const GREETED = /^%\d+\r\n.*\+OK\r\n$/s;

const listens = (name: string, reply: string): State => ({
  state: `has sent ${name}`,
  obstacle: `${name.toUpperCase()} was sent`,
  says: inOne(`${name} news`),
  hears: reply,
  ...CUT,
});
const confirmed = (kind: string): string => `*3\r\n$${kind.length}\r\n${kind}\r\n$4\r\nnews\r\n:1\r\n`;
const none = (kind: string): string => `*3\r\n$${kind.length}\r\n${kind}\r\n$4\r\nnews\r\n:0\r\n`;

const blocks = (name: string, line: string): State => ({
  state: `waits in ${name}`,
  obstacle: `blocked in ${name}`,
  says: inOne(line),
  hears: "",
  how: "blocked",
  ...CUT,
});

/** Into these a client gets with replies, or without one, and stays in them. */
export const RESTING: readonly State[] = [
  {
    state: "has a MULTI open",
    obstacle: PASSING_CLAUSES.multi,
    says: inOne("MULTI", `SET ${KEY} 1`),
    hears: "+OK\r\n+QUEUED\r\n",
    ...CUT,
  },
  { state: "watches a key", obstacle: CLAUSES.watch, says: inOne("WATCH k"), hears: "+OK\r\n", ...CUT },
  {
    state: "has CLIENT TRACKING on",
    obstacle: CLAUSES.tracking,
    says: inOne("HELLO 3", "CLIENT TRACKING ON"),
    hears: GREETED,
    ...CUT,
  },
  listens("SUBSCRIBE", confirmed("subscribe")),
  listens("PSUBSCRIBE", confirmed("psubscribe")),
  listens("SSUBSCRIBE", confirmed("ssubscribe")),
  listens("UNSUBSCRIBE", none("unsubscribe")),
  listens("PUNSUBSCRIBE", none("punsubscribe")),
  listens("SUNSUBSCRIBE", none("sunsubscribe")),
  {
    state: "has sent MONITOR",
    obstacle: OPAQUE_CLAUSES.monitor,
    says: inOne("MONITOR"),
    hears: /^\+OK\r\n/,
    planned: ["closed", OVERHEARD],
    killed: ["closed", OVERHEARD],
    silent: ["reset", OVERHEARD],
  },
  {
    state: "has sent CLIENT REPLY OFF",
    obstacle: OPAQUE_CLAUSES["client-reply"],
    says: inOne("CLIENT REPLY OFF", "PING"),
    hears: "",
    ...CUT,
  },
  {
    state: "has sent CLIENT REPLY SKIP",
    obstacle: OPAQUE_CLAUSES["client-reply"],
    says: inOne("CLIENT REPLY SKIP", "PING", "PING"),
    hears: "+PONG\r\n",
    ...CUT,
  },
  {
    state: "debugs scripts",
    obstacle: OPAQUE_CLAUSES["script-debug"],
    says: inOne("SCRIPT DEBUG YES"),
    hears: "+OK\r\n",
    ...CUT,
  },
  {
    state: "has sent REPLCONF",
    obstacle: OPAQUE_CLAUSES.replconf,
    says: inOne("REPLCONF listening-port 7777"),
    hears: "+OK\r\n",
    ...CUT,
  },
  {
    state: "has sent SYNC",
    obstacle: OPAQUE_CLAUSES.sync,
    says: inOne("SYNC"),
    hears: /\$[^]*(REDIS|VALKEY)/,
    ...REPLICATES,
  },
  {
    state: "has sent PSYNC",
    obstacle: OPAQUE_CLAUSES.psync,
    says: inOne("PSYNC ? -1"),
    hears: /\+FULLRESYNC [^]*(REDIS|VALKEY)/,
    ...REPLICATES,
  },
  blocks("BLPOP", "BLPOP nothing 0"),
  blocks("XREAD", "XREAD BLOCK 0 STREAMS nothing $"),
  blocks("XREADGROUP", `XREADGROUP GROUP ${GROUP} me BLOCK 0 STREAMS ${STREAM} >`),
  blocks("WAIT", "WAIT 9 0"),
  {
    ...blocks("BLPOP", "BLPOP nothing 0"),
    state: "has said QUIT behind a BLPOP",
    obstacle: PASSING_CLAUSES.quit,
    says: inOne("BLPOP nothing 0", "QUIT"),
  },
  {
    state: "has failed with a HELLO of several options",
    obstacle: CLAUSES["half-hello"],
    says: inOne(`HELLO 3 SETNAME me AUTH ${USER} wrong`),
    hears: "-WRONGPASS invalid username-password pair or user is disabled.\r\n",
    ...CUT,
  },
  {
    state: "has sent RESET with CLIENT NO-EVICT on",
    obstacle: CLAUSES["lost-no-evict"],
    says: inOne("CLIENT NO-EVICT ON", "RESET"),
    hears: "+OK\r\n+RESET\r\n",
    ...CUT,
  },
  {
    state: "has changed its database within MULTI",
    obstacle: CLAUSES["queued-settings"],
    says: inOne("MULTI", "SELECT 1", "EXEC"),
    hears: "+OK\r\n+QUEUED\r\n*1\r\n+OK\r\n",
    ...CUT,
  },
  {
    state: "has a name of 20 kB",
    obstacle: CLAUSES["unkept-client"],
    says: inOne(`CLIENT SETNAME ${LONG}`),
    hears: "+OK\r\n",
    ...CUT,
  },
  {
    state: "has a password of 20 kB",
    obstacle: CLAUSES["unkept-login"],
    says: inOne(`AUTH ${USER} ${LONG}`),
    hears: "+OK\r\n",
    ...CUT,
  },
  {
    state: "has sent half of a command of 30 kB",
    says: inOne(`SET ${KEY} ${"x".repeat(30_000)}`).slice(0, 25_000),
    hears: "",
    ...CUT,
  },
  {
    state: "has begun to get a reply",
    says: inOne(`GET ${LARGE_KEY}`),
    hears: "",
    how: "deaf",
    planned: ["over", PART],
    killed: ["over", PART],
    silent: ["over", PART],
  },
];
