// The bytes between a client and its primary in both directions: what is owed, what has to wait, and what can
// be taken along to another primary.
import type { Socket } from "node:net";
import type { Clock } from "../sys/clock.ts";
import { type Ending, garbled, unconfirmed } from "./admission.ts";
import { Answers } from "./answers.ts";
import type { CommandLookup } from "./commands.ts";
import type { Requirement } from "./gates.ts";
import { Outgoing } from "./outgoing.ts";
import { reset } from "./reset.ts";
import { ProtocolError } from "./resp/limits.ts";
import { SessionState } from "./session-state.ts";

export interface TrafficOptions {
  readonly clock: Clock;
  readonly lookup: CommandLookup;
  readonly requirement: Requirement;
  /** The primary has closed the connection. */
  onLost(): void;
  /** Nothing is owed any more, and nothing has begun. */
  onQuiet(): void;
  /** The session cannot go on, and everything before that is answered. */
  onEnding(ending: Ending): void;
  /** Replies were kept back for so long, see `Answers`. */
  readonly waited: (ms: number) => void;
}

export class Traffic {
  private readonly client: Socket;
  private readonly options: TrafficOptions;
  private readonly session = new SessionState();
  private readonly outgoing: Outgoing;
  private answers: Answers;
  private upstream: Socket | undefined;
  /** Read, and neither framed nor sent: while frozen, or behind a login that has to wait. */
  private readonly backlog: Buffer[] = [];
  private isFrozen = false;
  private hasEnded = false;
  private ending: Ending | undefined;
  private receivedBefore = 0;
  private commandsBefore = 0;

  constructor(client: Socket, options: TrafficOptions) {
    this.client = client;
    this.options = options;
    const { lookup, requirement } = options;
    this.outgoing = new Outgoing({
      session: this.session,
      lookup,
      requirement,
      answers: () => this.answers,
      isFrozen: () => this.isFrozen,
      send: this.send,
      keepBack: (bytes) => this.keepBack(bytes),
      pause: () => client.pause(),
    });
    this.answers = this.newAnswers();
  }

  get bytesReceived(): number {
    return this.receivedBefore + (this.upstream?.bytesRead ?? 0);
  }

  /** Sent to primaries so far; one that was sent again counts again. */
  get commandsSent(): number {
    return this.commandsBefore + (this.upstream === undefined ? 0 : this.answers.unanswered.commands);
  }

  /** The client itself wants the end: that of the primary is the answer to it. */
  get isSayingGoodbye(): boolean {
    return this.hasEnded || this.session.hasQuit;
  }

  /** Over the present connection. */
  get hasReceived(): boolean {
    return (this.upstream?.bytesRead ?? 0) > 0;
  }

  /** Worth waiting for before the session is moved: it will be movable in a moment, and is not now. */
  get isUnsettled(): boolean {
    if (this.upstream === undefined || this.session.isStuck) return false;
    return this.mustGoOn || this.answers.unanswered.owed > 0;
  }

  /** The client waits for something, or is in the middle of something. */
  get isBusy(): boolean {
    if (this.upstream === undefined) return false;
    return this.session.isOpaque || this.mustGoOn || this.answers.unanswered.owed > 0;
  }

  restoration(): readonly Buffer[] {
    return this.session.restoration();
  }

  /** From now on over this connection, `early` first. */
  begin(upstream: Socket, early: readonly Buffer[]): void {
    this.upstream = upstream;
    this.answers = this.newAnswers();
    const { client } = this;
    upstream.on("data", this.receive);
    upstream.on("drain", this.readOn);
    upstream.on("error", () => undefined);
    upstream.once("close", () => {
      if (this.upstream === upstream) this.options.onLost();
    });
    client.on("data", this.take);
    client.on("drain", this.listenOn);
    client.on("end", this.ended);
    for (const chunk of early) this.take(chunk);
    upstream.resume();
    // Of an encrypted connection the end may have been read while there was no primary to tell it to.
    if (client.readableEnded) this.ended();
    else this.readOn();
  }

  /** The client has closed its sending half while there was no connection. */
  endEarly(): void {
    this.hasEnded = true;
  }

  /**
   * Takes the session off its connection.
   * @returns what the next primary is to be sent first, or undefined when the client would notice: a
   * reply is owed that may stand for a write, or the session's state cannot be restored.
   */
  leave(): readonly Buffer[] | undefined {
    const { session, answers, outgoing } = this;
    const isMovable =
      session.obstacle === undefined &&
      !(outgoing.isStreaming || this.hasEnded || answers.hasUnsolicited || answers.isMidReply) &&
      this.ending === undefined;
    const replay = isMovable ? answers.unanswered.replay(this.options.lookup) : undefined;
    if (replay === undefined) return undefined;
    const pending = [replay, ...outgoing.takeBack(), ...this.backlog.splice(0)];
    this.detach()?.destroy();
    return pending.filter(({ length }) => length > 0);
  }

  freeze(): void {
    this.isFrozen = true;
    if (this.upstream !== undefined && !this.mustGoOn) this.client.pause();
  }

  thaw(): void {
    this.isFrozen = false;
    this.catchUp();
  }

  reset(): void {
    const upstream = this.detach();
    if (upstream !== undefined) reset(upstream);
  }

  close(): void {
    this.detach()?.destroy();
  }

  private get mustGoOn(): boolean {
    return this.outgoing.isStreaming || this.session.isTransaction;
  }

  private detach(): Socket | undefined {
    const { upstream, client } = this;
    if (upstream === undefined) return undefined;
    this.receivedBefore += upstream.bytesRead;
    this.commandsBefore += this.answers.unanswered.commands;
    this.upstream = undefined;
    upstream.off("data", this.receive);
    upstream.off("drain", this.readOn);
    client.off("data", this.take);
    client.off("drain", this.listenOn);
    client.off("end", this.ended);
    client.pause();
    return upstream;
  }

  private newAnswers(): Answers {
    const { clock, requirement } = this.options;
    return new Answers({
      clock,
      requirement,
      session: this.session,
      deliver: this.deliver,
      send: this.send,
      mayBegin: () => this.outgoing.mayBegin,
      waited: this.options.waited,
      onUnconfirmed: (sentence, isInDelivery) => {
        this.ending = { ...unconfirmed(sentence), isInDelivery };
        this.options.onEnding(this.ending);
      },
    });
  }

  private readonly take = (chunk: Buffer): void => {
    if (this.ending !== undefined) return;
    const isHeld = this.isFrozen && !this.mustGoOn && !this.session.isOpaque;
    if (isHeld || this.backlog.length > 0) return this.keepBack(chunk);
    try {
      this.ending = this.outgoing.take(chunk);
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error;
      this.ending = garbled(error);
    }
    if (this.ending === undefined) return;
    // What is owed to a session that cannot be counted never comes to an end.
    if (this.session.isOpaque) this.options.onEnding(this.ending);
    else this.checkQuiet();
  };

  private keepBack(chunk: Buffer): void {
    this.backlog.push(chunk);
    this.client.pause();
  }

  private catchUp(): void {
    for (const chunk of this.backlog.splice(0)) this.take(chunk);
    this.readOn();
  }

  private readonly send = (bytes: Buffer): void => {
    if (this.upstream === undefined || this.upstream.destroyed) return;
    if (!this.upstream.write(bytes) || this.answers.unanswered.isFull) this.client.pause();
  };

  private readonly readOn = (): void => {
    const { upstream, backlog } = this;
    if (upstream === undefined || backlog.length > 0) return;
    // Redis forgets a client that has closed its half, and with it our WAIT.
    if (this.hasEnded) return this.answers.gates.isShut ? undefined : void upstream.end();
    if (upstream.writableNeedDrain || this.answers.unanswered.isFull) return;
    if (!this.isFrozen || this.mustGoOn) this.client.resume();
  };

  private readonly listenOn = (): void => {
    this.upstream?.resume();
  };

  private readonly ended = (): void => {
    this.hasEnded = true;
    this.readOn();
  };

  private readonly receive = (chunk: Buffer): void => {
    if (this.session.isOpaque) return this.deliver(chunk);
    const { unanswered } = this.answers;
    const wasFull = unanswered.isFull;
    try {
      this.answers.take(chunk);
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error;
      this.answers.hasUnsolicited = true;
      return this.options.onLost();
    }
    if (wasFull && !unanswered.isFull) this.readOn();
    if (unanswered.owed > 0) return;
    if (this.hasEnded) this.readOn();
    if (this.backlog.length > 0 && (!this.isFrozen || this.mustGoOn)) this.catchUp();
    else this.checkQuiet();
  };

  private readonly deliver = (bytes: Buffer): void => {
    if (!this.client.write(bytes)) this.upstream?.pause();
  };

  private checkQuiet(): void {
    if (this.upstream === undefined || this.answers.unanswered.owed > 0) return;
    if (this.ending !== undefined) return this.options.onEnding(this.ending);
    if (this.outgoing.isStreaming) return;
    // A transaction that was let come to its end has come to it.
    if (this.isFrozen && !this.mustGoOn) this.client.pause();
    if (this.outgoing.isBetween) this.options.onQuiet();
  }
}
