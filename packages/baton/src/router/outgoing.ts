// What a client sends, command by command, on its way to the primary: whole where it is short, counted, and
// stopped where a command has to wait or must not be made.
import { changesData, type Ending, refusalWhileOpaque, unconfirmed } from "./admission.ts";
import type { Answers } from "./answers.ts";
import type { CommandInfo, CommandLookup } from "./commands.ts";
import type { Requirement } from "./gates.ts";
import { RequestFramer } from "./resp/requests.ts";
import type { SessionState } from "./session-state.ts";
import { Tail } from "./tail.ts";

/** A longer command is sent while it comes in; a shorter one goes out as a whole, or not at all. */
const WHOLE_BYTES_MAX = 16 * 1024;
/**
 * Redis 8.0 and Valkey 8.1 do not answer a login that fails while replies to earlier commands are not sent
 * yet: then nobody could count.
 */
const LOGINS: ReadonlySet<string> = new Set(["auth", "hello"]);

export interface OutgoingOptions {
  readonly session: SessionState;
  readonly lookup: CommandLookup;
  readonly requirement: Requirement;
  /** Of the present connection. */
  answers(): Answers;
  isFrozen(): boolean;
  send(bytes: Buffer): void;
  /** Not now: these bytes are to be given again, ahead of whatever comes. */
  keepBack(bytes: Buffer): void;
  /** The client is read no further: it has sent enough of a command that must not begin. */
  pause(): void;
}

export class Outgoing {
  /** Part of a command has been sent. */
  isStreaming = false;
  private readonly options: OutgoingOptions;
  private requests: RequestFramer;
  /** The beginning of a command that has not been sent. */
  private readonly tail = new Tail();
  /** What comes next has to wait for the replies that are owed. */
  private isPostponing = false;
  /** A MULTI is not answered yet, and replicas have to confirm what is written outside of a block. */
  private isEnteringBlock = false;
  private ending: Ending | undefined;

  constructor(options: OutgoingOptions) {
    this.options = options;
    this.requests = new RequestFramer(options.lookup);
  }

  /** A command of the router's own would not get into another, nor into a block. */
  get mayBegin(): boolean {
    return !this.isStreaming && !this.options.session.isInBlock;
  }

  /** Nothing has begun. */
  get isBetween(): boolean {
    return !this.isStreaming && this.tail.bytes === 0;
  }

  /**
   * @returns why the session has to end, once everything before is answered.
   * @throws ProtocolError, with all commands before it sent.
   */
  take(chunk: Buffer): Ending | undefined {
    if (this.options.session.isOpaque) return this.takeOpaque(chunk);
    const at = this.takeCommands(chunk);
    if (this.ending !== undefined || at === chunk.length) return this.ending;
    return this.takeRest(chunk.subarray(at));
  }

  /** @returns what has begun, and was not sent; from here on the next command begins. */
  takeBack(): readonly Buffer[] {
    this.requests = new RequestFramer(this.options.lookup);
    return this.tail.take();
  }

  private takeOpaque(chunk: Buffer): Ending | undefined {
    const refusal = refusalWhileOpaque(this.requests, chunk, this.options.requirement);
    if (refusal === undefined) this.options.send(chunk);
    return refusal;
  }

  /** @returns where the commands end that have been sent, as a whole. */
  private takeCommands(chunk: Buffer): number {
    const { requests } = this;
    const { session, isFrozen } = this.options;
    this.isPostponing = false;
    let at = 0;
    try {
      for (;;) {
        const end = requests.advance(chunk, at);
        if (end < 0) return at;
        const { command } = requests;
        if (command === undefined) continue;
        this.isPostponing = this.mustWait(command);
        if (this.isPostponing || !this.admit(command)) return at;
        at = end;
        // From here on nothing can be counted, or nothing more is to be sent.
        if (session.isOpaque || (isFrozen() && !session.isTransaction)) return at;
      }
    } finally {
      if (at > 0) this.sendWhole(at === chunk.length ? chunk : chunk.subarray(0, at));
    }
  }

  /** For replies that are owed, before it may be sent. */
  private mustWait({ name, isCaptured }: CommandInfo): boolean {
    const { unanswered, gates } = this.options.answers();
    if (unanswered.owed === 0) this.isEnteringBlock = false;
    if (this.isEnteringBlock) return true;
    if (!isCaptured) return false;
    // A WAIT must get in before a block, before replies that cannot be counted, and before QUIT.
    return gates.isUncovered || gates.isShut || (LOGINS.has(name) && unanswered.owed > 0);
  }

  /** @returns false for a write that must not be made now. */
  private admit(command: CommandInfo): boolean {
    const { session, answers, requirement } = this.options;
    const { gates, unanswered } = answers();
    if (changesData(command, session)) {
      const asked = requirement();
      if (asked.kind === "refused") {
        this.ending = unconfirmed(`not written: ${asked.reason}`);
        return false;
      }
      const isAsked = asked.kind === "asked";
      gates.isUncovered ||= isAsked;
      gates.needsSpacer ||= isAsked && command.isBlocking;
    }
    unanswered.count(command, session.sent(command, this.requests.captured));
    // If it is refused, what follows is executed at once and has to be confirmed.
    this.isEnteringBlock = command.name === "multi" && requirement().kind !== "not-asked";
    return true;
  }

  private sendWhole(end: Buffer): void {
    const answers = this.options.answers();
    if (this.isStreaming) {
      this.isStreaming = false;
      answers.unanswered.doubt();
      this.options.send(end);
    } else {
      const bytes = this.tail.endWith(end);
      answers.unanswered.keep(bytes);
      this.options.send(bytes);
    }
    if (this.mayBegin) answers.coverIfNeeded();
  }

  private takeRest(rest: Buffer): Ending | undefined {
    const { session, isFrozen, send, keepBack, pause } = this.options;
    if (session.isOpaque) return this.takeOpaque(rest);
    if (this.isStreaming) send(rest);
    else if (this.isPostponing) for (const piece of [...this.tail.take(), rest]) keepBack(piece);
    else if (isFrozen() && !this.requests.isMidCommand) keepBack(rest);
    else if (this.tail.push(rest) > WHOLE_BYTES_MAX) {
      if (isFrozen()) pause();
      else this.stream();
    }
    return undefined;
  }

  private stream(): void {
    this.isStreaming = true;
    for (const piece of this.tail.take()) this.options.send(piece);
  }
}
