// A session's state that is told of commands by their text, for its tests.
import type { CommandInfo } from "./commands.ts";
import { bareTable } from "./commands.ts";
import { type Effect, SessionState } from "./session-state.ts";

const GET: CommandInfo = {
  name: "get",
  isWrite: false,
  isReadOnly: true,
  isBlocking: false,
  isCaptured: false,
};
const BLPOP: CommandInfo = { ...GET, name: "blpop", isWrite: true, isReadOnly: false, isBlocking: true };

export class TestSession {
  readonly state = new SessionState();

  /** Sends a command that knows no blanks within its arguments. */
  send(line: string): Effect | undefined {
    const [name = "", ...args] = line.split(" ");
    const command = [GET, BLPOP].find((known) => known.name === name) ?? bareTable.lookup(name);
    const captured = args.map((arg) => Buffer.from(arg, "latin1"));
    return this.state.sent(command, command.isCaptured ? captured : undefined);
  }

  answer(effect: Effect | undefined, isError = false): void {
    if (effect !== undefined) this.state.replied(effect, isError);
  }

  fail(line: string): void {
    this.answer(this.send(line), true);
  }

  done(...lines: readonly string[]): void {
    for (const line of lines) this.answer(this.send(line));
  }

  /** A command whose arguments the framer has not kept. */
  doneUnkept(name: string): void {
    this.answer(this.state.sent(bareTable.lookup(name), undefined));
  }

  get obstacle(): string | undefined {
    return this.state.obstacle;
  }

  /** The commands of the restoration as text. */
  restored(): readonly string[] {
    return this.state.restoration().map((bytes) =>
      bytes
        .toString("latin1")
        .split("\r\n")
        .filter((_, index) => index > 0 && index % 2 === 0)
        .join(" "),
    );
  }
}
