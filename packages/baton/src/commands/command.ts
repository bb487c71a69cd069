// The shape of every command: one file each, a plain object. cli.ts turns the table into a command
// line, help and completion.
import type { Clock } from "../sys/clock.ts";
import type { Screen, ScreenEvents } from "../sys/screen.ts";

export interface OptionSpec {
  /** As commander wants it: "--file <path>", "--json", "--no-wires". */
  readonly flags: string;
  readonly summary: string;
  readonly fallback?: string;
  /** Fixed values, for validation and completion. */
  readonly choices?: readonly string[];
  /** Left out of --help: for processes that Baton starts itself. */
  readonly hidden?: boolean;
}

export interface ArgumentSpec {
  /** "<host>", "[fault]" */
  readonly name: string;
  readonly summary: string;
  readonly choices?: readonly string[];
}

/**
 * Where a command talks to people. `out` is the answer (stdout), `note` is progress and remarks
 * (stderr).
 */
export interface Terminal {
  readonly isInteractive: boolean;
  readonly colour: boolean;
  readonly columns: number;
  out(line: string): void;
  note(line: string): void;
  /** Bytes of `out` that have not left this process: many, when whoever reads them does not keep up. */
  outBacklogBytes(): number;
  /** Nobody reads `out` any more (`| head`): whatever is written goes nowhere. */
  isReaderGone?(): boolean;
  /** Takes the whole terminal until it is closed; undefined where there is none that can be drawn on. */
  readonly openScreen?: (events: ScreenEvents) => Screen;
}

export interface Context {
  readonly terminal: Terminal;
  readonly clock: Clock;
  readonly environment: NodeJS.ProcessEnv;
  /** Aborted on SIGINT, SIGTERM and SIGHUP; commands undo what they began and return. */
  readonly signal: AbortSignal;
}

/** Values by camel-cased option or argument name, strings and booleans as commander parsed them. */
export type Given = Readonly<Record<string, string | boolean | undefined>>;

export interface Command {
  /** Words after `baton`: "lab up", "status". */
  readonly id: string;
  readonly summary: string;
  /** Complete command lines with one remark each, for --help and the docs. */
  readonly examples: readonly { readonly line: string; readonly remark: string }[];
  readonly arguments?: readonly ArgumentSpec[];
  readonly options: readonly OptionSpec[];
  readonly hidden?: boolean;
  /**
   * Called by another program, whose own words it must take as they are, with dashes in front too, and
   * which must never see it fail: a mistake is said, and the exit code is 0.
   */
  readonly isHook?: boolean;
  /**
   * `words` are those of an argument such as "[words...]".
   * @returns the exit code: see EXIT in errors.ts.
   */
  run(given: Given, context: Context, words?: readonly string[]): Promise<number>;
}
