// What the router knows of each command: from the server's own COMMAND reply, and of those that change
// their session from command-effects.ts.
import { BatonError } from "../errors.ts";
import { StrangeReply, asList, asText } from "../redis/replies.ts";
import { SESSION_COMMANDS } from "./command-effects.ts";

export interface CommandInfo {
  /** Lower case; for container commands (CLIENT, XGROUP) only the first word. */
  readonly name: string;
  /** It may write, or run a script or a function that may. True for an unknown command. */
  readonly isWrite: boolean;
  /** It may be sent a second time without harm. False for an unknown command. */
  readonly isReadOnly: boolean;
  /** Its reply may stay away for as long as the client likes. */
  readonly isBlocking: boolean;
  /** Its arguments are to be kept: it changes the session, or they tell whether it blocks. */
  readonly isCaptured: boolean;
}

/** The name as sent, in any case, latin1. */
export type CommandLookup = (name: string) => CommandInfo;

const COMMANDS_MAX = 5000;
const NAME_LENGTH_MAX = 64;

/** What a client may send again without harm although Redis does not count it among the readers. */
const HARMLESS: ReadonlySet<string> = new Set([
  "command",
  "echo",
  "info",
  "lastsave",
  "ping",
  "role",
  "time",
]);

/**
 * Readers that are not to be sent again to another server: a cursor means something only to the one that
 * gave it, as each hashes its keys with a seed of its own. Elsewhere it would silently skip keys.
 */
const CURSORS: ReadonlySet<string> = new Set(["clusterscan", "hscan", "scan", "sscan", "zscan"]);

/** Redis 7.0 does not call them blocking, 7.2 does. */
const WAITING: ReadonlySet<string> = new Set(["wait", "waitaof"]);

const CAPTURED: ReadonlySet<string> = new Set(SESSION_COMMANDS);

/** One command or subcommand: https://redis.io/commands/command */
interface Row {
  readonly name: string;
  readonly flags: ReadonlySet<string>;
  /** With their @. */
  readonly categories: ReadonlySet<string>;
  readonly subcommands: readonly Row[];
}

function texts(reply: unknown, what: string): ReadonlySet<string> {
  return new Set(
    asList(reply, `the ${what} of a command`).map((text) => asText(text, `one of its ${what}`)),
  );
}

function rowFrom(reply: unknown): Row {
  const fields = asList(reply, "a command's fields");
  const name = asText(fields[0], "a command's name").toLowerCase();
  if (name.length > NAME_LENGTH_MAX) {
    throw new StrangeReply(`names of at most ${NAME_LENGTH_MAX} characters`, name);
  }
  return {
    name,
    flags: texts(fields[2], "flags"),
    categories: texts(fields[6], "categories"),
    // Before Redis 7 there are none in the reply, and the flags of a container are those of all of them.
    subcommands: asList(fields[9] ?? [], "a command's subcommands").map(rowFrom),
  };
}

/**
 * COMMAND does not show that EVAL, EVALSHA and FCALL may write, but calls them scripting. A module may
 * replicate a command that it has not called a write, so of a module only readers are none.
 */
function mayWrite({ flags, categories, subcommands }: Row): boolean {
  if (subcommands.length > 0) return subcommands.some(mayWriteAsSubcommand);
  if (flags.has("readonly")) return false;
  return flags.has("write") || flags.has("module") || categories.has("@scripting");
}

/** SCRIPT LOAD and FUNCTION LIST are called scripting too, and run nothing. */
function mayWriteAsSubcommand({ flags }: Row): boolean {
  return flags.has("write") || (flags.has("module") && !flags.has("readonly"));
}

/** HELP, which each container has, is not called a reader. */
function onlyReads({ flags, subcommands }: Row): boolean {
  const counted = subcommands.filter(({ name }) => !name.endsWith("|help"));
  return counted.length === 0 ? flags.has("readonly") : counted.every(onlyReads);
}

function infoFrom(row: Row): CommandInfo {
  const { name, flags } = row;
  const isBlocking = flags.has("blocking") || WAITING.has(name);
  return {
    name,
    isWrite: mayWrite(row),
    isReadOnly: HARMLESS.has(name) || (onlyReads(row) && !isBlocking && !CURSORS.has(name)),
    isBlocking,
    isCaptured: CAPTURED.has(name),
  };
}

/** Session commands while nothing is known of the server. Of them only XREADGROUP changes data. */
const SESSION_INFOS: readonly CommandInfo[] = SESSION_COMMANDS.map((name) => ({
  name,
  isWrite: name === "xreadgroup",
  isReadOnly: false,
  isBlocking: name === "xread" || name === "xreadgroup",
  isCaptured: true,
}));

/** A table takes 50 kB, and a process may lead the routers of a thousand groups. */
const made = new WeakMap<readonly CommandInfo[], CommandTable>();

export class CommandTable {
  /** How many commands it knows. */
  readonly size: number;
  private readonly infos = new Map<string, CommandInfo>();

  private constructor(infos: readonly CommandInfo[]) {
    for (const info of infos) {
      // The spellings that clients use; any other costs a conversion.
      this.infos.set(info.name, info);
      this.infos.set(info.name.toUpperCase(), info);
    }
    this.size = new Set(this.infos.values()).size;
  }

  /** As told by whoever has parsed it. Routers that are given the same list share one table of it. */
  static of(infos: readonly CommandInfo[]): CommandTable {
    const table = made.get(infos) ?? new CommandTable(infos);
    made.set(infos, table);
    return table;
  }

  /** Everything in it, to be told to another process. */
  all(): readonly CommandInfo[] {
    return [...new Set(this.infos.values())];
  }

  /** Of session commands alone: everything else is taken for a write. */
  static bare(): CommandTable {
    return new CommandTable(SESSION_INFOS);
  }

  /**
   * The reply of COMMAND as redis/door.ts gives it. A session command that the server does not list is
   * known all the same: it costs nothing, as the server refuses it.
   * @throws BatonError UNABLE when it is no such table, or one of more than 5,000 commands.
   */
  static parse(reply: unknown): CommandTable {
    try {
      const rows = asList(reply, "COMMAND's list");
      if (rows.length === 0 || rows.length > COMMANDS_MAX) {
        throw new StrangeReply(`1 to ${COMMANDS_MAX} commands`, `${rows.length}`);
      }
      return new CommandTable([...SESSION_INFOS, ...rows.map((row) => infoFrom(rowFrom(row)))]);
    } catch (error) {
      if (!(error instanceof StrangeReply)) throw error;
      throw new BatonError(
        "UNABLE",
        `the reply of COMMAND is not a table of commands: ${error.message}`,
        {
          cause: error,
        },
      );
    }
  }

  readonly lookup: CommandLookup = (name) =>
    this.infos.get(name) ?? this.infos.get(name.toLowerCase()) ?? unknownCommand(name);
}

/** Made anew each time: a client that invents names must not fill a cache. */
function unknownCommand(name: string): CommandInfo {
  return {
    name: name.slice(0, NAME_LENGTH_MAX).toLowerCase(),
    isWrite: true,
    isReadOnly: false,
    isBlocking: false,
    isCaptured: false,
  };
}

/** For as long as no server has told its own. */
export const bareTable: CommandTable = CommandTable.bare();
