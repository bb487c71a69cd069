// What each command that changes its session does to it, as Redis 7 and 8 and Valkey 8 and 9 do it.
import type { Obstacle, SessionSettings } from "./session-settings.ts";

type Apply = (settings: SessionSettings) => void;

/** Why replies cannot be counted any more, by the command that was sent. */
export const OPAQUE_CLAUSES = {
  "client-reply": "CLIENT REPLY is off",
  monitor: "MONITOR was sent",
  psubscribe: "PSUBSCRIBE was sent",
  psync: "PSYNC was sent",
  punsubscribe: "PUNSUBSCRIBE was sent",
  replconf: "REPLCONF was sent",
  "script-debug": "SCRIPT DEBUG was sent",
  ssubscribe: "SSUBSCRIBE was sent",
  subscribe: "SUBSCRIBE was sent",
  sunsubscribe: "SUNSUBSCRIBE was sent",
  sync: "SYNC was sent",
  unsubscribe: "UNSUBSCRIBE was sent",
} as const;

/** What keeps a session where it is until a reply has come. Beside these there is `blocked in NAME`. */
export const PASSING_CLAUSES = {
  multi: "MULTI is open",
  quit: "QUIT was sent",
  shutdown: "SHUTDOWN is under way",
} as const;

type BlockedClause = typeof PASSING_CLAUSES.shutdown | `blocked in ${string}`;
type OpaqueName = keyof typeof OPAQUE_CLAUSES;

export type CommandEffect =
  /** From here on replies cannot be counted. */
  | { readonly kind: "opaque"; readonly clause: (typeof OPAQUE_CLAUSES)[OpaqueName] }
  /** Changes nothing that lasts, but its reply may stay away for as long as the client likes. */
  | { readonly kind: "blocks"; readonly clause: BlockedClause }
  | {
      readonly kind: "change";
      /** Sent, it is an obstacle already, although only its reply tells whether it holds. */
      readonly obstacle?: Obstacle;
      /** For a reply that is no error. */
      readonly apply: Apply;
      /** For an error that may have come half-way. */
      readonly fail?: Apply;
    }
  | { readonly kind: "multi" | "exec" | "discard" | "unwatch" | "reset" | "quit" };

/** The arguments behind the name; undefined when they were too many or too long to be kept. */
type Arguments = readonly Buffer[] | undefined;
type Reader = (args: Arguments) => CommandEffect | undefined;

// Latin1 takes every byte as it is, so what is sent again later is what the client has sent.
const text = (argument: Buffer | undefined): string => argument?.toString("latin1") ?? "";
const word = (argument: Buffer | undefined): string => text(argument).toLowerCase();

const change = (apply: Apply): CommandEffect => ({ kind: "change", apply });

function begins(obstacle: Obstacle): CommandEffect {
  return { kind: "change", obstacle, apply: ({ obstacles }) => obstacles.add(obstacle) };
}

const ends = (obstacle: Obstacle): CommandEffect =>
  change(({ obstacles }) => obstacles.delete(obstacle));

/** Redis refuses these with arguments, and then nothing has changed. */
function bare(kind: "multi" | "discard" | "unwatch" | "reset"): Reader {
  const effect: CommandEffect = { kind };
  return (args) => (args?.length === 0 ? effect : undefined);
}

function opaque(name: OpaqueName): Reader {
  const effect: CommandEffect = { kind: "opaque", clause: OPAQUE_CLAUSES[name] };
  return () => effect;
}

/**
 * Redis 8.0.2 and Valkey 8.1.1 give a failed login no reply at all while replies to earlier commands wait
 * in their buffer, so whoever counts replies sends a login only when none is owed.
 */
const auth: Reader = (args) => {
  if (args === undefined) return begins("unkept-login");
  if (args.length === 0 || args.length > 2) return undefined;
  const username = args.length === 1 ? "default" : text(args[0]);
  const password = text(args.at(-1));
  return change((settings) => settings.logIn(username, password));
};

interface HelloOptions {
  readonly credentials?: { readonly username: string; readonly password: string };
  readonly name?: string;
  /** How many options there are, with one that Redis does not understand. */
  readonly count: number;
}

function helloOptions(args: readonly Buffer[]): HelloOptions {
  let options: HelloOptions = { count: 0 };
  for (let at = 1; at < args.length; ) {
    const option = word(args[at]);
    const count = options.count + 1;
    if (option === "auth" && at + 2 < args.length) {
      const credentials = { username: text(args[at + 1]), password: text(args[at + 2]) };
      options = { ...options, credentials, count };
      at += 3;
    } else if (option === "setname" && at + 1 < args.length) {
      options = { ...options, name: text(args[at + 1]), count };
      at += 2;
    } else {
      return { ...options, count };
    }
  }
  return options;
}

/**
 * Redis 7.0 carries out one option after the other, so an error may leave the first of them done; the
 * error of a lone option leaves nothing.
 */
const hello: Reader = (args) => {
  if (args === undefined) return begins("unkept-login");
  if (args.length === 0) return undefined;
  const { credentials, name, count } = helloOptions(args);
  const protocol = text(args[0]);
  const apply: Apply = (settings) => {
    settings.setProtocol(protocol);
    if (credentials !== undefined) settings.logIn(credentials.username, credentials.password);
    if (name !== undefined) settings.setName(name);
    if (credentials !== undefined && name !== undefined) settings.obstacles.delete("half-hello");
  };
  if (count < 2) return change(apply);
  return { kind: "change", apply, fail: ({ obstacles }) => obstacles.add("half-hello") };
};

const select: Reader = (args) => {
  if (args?.length !== 1) return undefined;
  const database = text(args[0]);
  return change((settings) => settings.select(database));
};

/** Of CLIENT. CACHING needs tracking to be on, which is an obstacle already. */
const HARMLESS: ReadonlySet<string> = new Set([
  "caching",
  "getname",
  "getredir",
  "help",
  "id",
  "info",
  "kill",
  "list",
  "pause",
  "trackinginfo",
  "unblock",
  "unpause",
]);

const silence = opaque("client-reply");

const client: Reader = (args) => {
  if (args === undefined) return begins("unkept-client");
  const [subcommand, value, ...more] = args;
  const isOn = word(value) === "on";
  switch (word(subcommand)) {
    case "capa":
      return change((settings) => settings.addCapabilities(args.slice(1).map(word)));
    case "import-source":
      return isOn ? begins("import-source") : ends("import-source");
    case "no-evict":
      return change((settings) => settings.setNoEvict(isOn));
    case "no-touch":
      return change((settings) => settings.setNoTouch(isOn));
    case "reply":
      return ["off", "skip"].includes(word(value)) ? silence(args) : undefined;
    case "setinfo":
      return change((settings) => settings.setLibrary(word(value), text(more[0])));
    case "setname":
      return change((settings) => settings.setName(text(value)));
    case "tracking":
      return isOn ? begins("tracking") : ends("tracking");
    default:
      return HARMLESS.has(word(subcommand)) ? undefined : begins("unknown-client");
  }
};

const debug = opaque("script-debug");

/** In the debugger a session speaks no RESP. Redis takes SCRIPT DEBUG with exactly one argument. */
const script: Reader = (args) =>
  word(args?.[0]) === "debug" && word(args?.[1]) !== "no" ? debug(args) : undefined;

/** Whether XREAD or XREADGROUP may wait: what names the keys and groups is no option. */
function mayWait(args: Arguments): boolean {
  if (args === undefined) return true;
  for (let at = 0; at < args.length; at += 1) {
    const option = word(args[at]);
    if (option === "block") return true;
    if (option === "streams") return false;
    if (option === "group") at += 2;
    if (option === "count") at += 1;
  }
  return false;
}

const streams =
  (name: string): Reader =>
  (args) =>
    mayWait(args) ? blocking(name) : undefined;

export function blocking(name: string): CommandEffect {
  return { kind: "blocks", clause: `blocked in ${name.toUpperCase()}` };
}

const READERS: ReadonlyMap<string, Reader> = new Map([
  ["asking", () => begins("asking")],
  ["auth", auth],
  ["client", client],
  ["discard", bare("discard")],
  // With arguments it is an error, and ends the block all the same.
  ["exec", () => ({ kind: "exec" })],
  ["hello", hello],
  ["monitor", opaque("monitor")],
  ["multi", bare("multi")],
  ["psubscribe", opaque("psubscribe")],
  ["psync", opaque("psync")],
  ["punsubscribe", opaque("punsubscribe")],
  ["quit", () => ({ kind: "quit" })],
  ["readonly", () => change((settings) => settings.setReadsReplicas(true))],
  ["readwrite", () => change((settings) => settings.setReadsReplicas(false))],
  ["replconf", opaque("replconf")],
  ["reset", bare("reset")],
  ["script", script],
  ["select", select],
  ["shutdown", () => ({ kind: "blocks", clause: PASSING_CLAUSES.shutdown })],
  ["ssubscribe", opaque("ssubscribe")],
  ["subscribe", opaque("subscribe")],
  ["sunsubscribe", opaque("sunsubscribe")],
  ["sync", opaque("sync")],
  ["unsubscribe", opaque("unsubscribe")],
  ["unwatch", bare("unwatch")],
  ["watch", () => begins("watch")],
  ["xread", streams("xread")],
  ["xreadgroup", streams("xreadgroup")],
] satisfies [string, Reader][]);

/** Lower case: the commands whose arguments have to be kept, or that change their session without any. */
export const SESSION_COMMANDS: readonly string[] = [...READERS.keys()];

/** What a session command does if it succeeds; undefined when it changes nothing. */
export function effectOf(name: string, args: Arguments): CommandEffect | undefined {
  return READERS.get(name)?.(args);
}
