// What one client's session has set on its connection, whether it can be moved to another, and how.
import { assert } from "../errors.ts";
import { type CommandEffect, PASSING_CLAUSES, blocking, effectOf } from "./command-effects.ts";
import type { CommandInfo } from "./commands.ts";
import { CLAUSES, SessionSettings } from "./session-settings.ts";

/** What a command that was sent will do when its reply comes; to be handed back with that reply. */
export interface Effect {
  readonly kind: CommandEffect["kind"];
}

/** A sent command's own object, as the same command may be under way more than once. */
interface Pending extends Effect {
  readonly effect: CommandEffect;
}

const ENDS_WATCH: ReadonlySet<Effect["kind"]> = new Set(["exec", "discard", "unwatch", "reset"]);

const isTransition = ({ kind }: Effect): boolean =>
  kind === "multi" || kind === "exec" || kind === "discard" || kind === "reset";

export class SessionState {
  /**
   * Whether a command sent now would be queued in a MULTI block, if all that is under way succeeds. A
   * block's commands are answered QUEUED, and nothing may be slipped in between.
   */
  isInBlock = false;
  /** Whether the open MULTI block contains a write; holds from sent() of its EXEC to the next MULTI. */
  blockWrites = false;
  /** The client has said QUIT: the end of the connection is what it wants. */
  hasQuit = false;
  private readonly settings = new SessionSettings();
  /** In the order of sending. As large as what the caller lets be under way. */
  private readonly pending = new Set<Pending>();
  /** By the replies, while `isInBlock` goes by what was sent. */
  private isBlockOpen = false;
  private hasQueuedSettings = false;
  private lastTransition: Effect | undefined;
  private opaqueClause: string | undefined;

  /** For each command in the order in which it goes upstream. undefined: it changes nothing. */
  sent(command: CommandInfo, captured: readonly Buffer[] | undefined): Effect | undefined {
    if (!(command.isCaptured || command.isBlocking || this.isInBlock)) return undefined;
    if (this.isInBlock && command.isWrite) this.blockWrites = true;
    const effect = this.effectOf(command, captured);
    if (effect === undefined) return undefined;
    if (effect.kind === "opaque") {
      this.opaqueClause = effect.clause;
      return undefined;
    }
    if (effect.kind === "quit") {
      this.hasQuit = true;
      return undefined;
    }
    const pending: Pending = { kind: effect.kind, effect };
    this.pending.add(pending);
    if (isTransition(pending)) this.foresee(pending);
    return pending;
  }

  /**
   * Once its reply is there. An error changes nothing, with two exceptions that Redis makes: a failed EXEC
   * ends its MULTI and its WATCH, and a HELLO with several options may fail half-way.
   */
  replied(effect: Effect, isError: boolean): void {
    const pending = effect as Pending;
    assert(this.pending.delete(pending), "an effect is answered once, by the session that sent it");
    this.carryOut(pending.effect, isError);
    if (effect !== this.lastTransition) return;
    this.isInBlock = this.isBlockOpen;
    this.lastTransition = undefined;
  }

  /**
   * Why this session cannot be moved to another connection right now, as a clause for people; undefined
   * when it can, once every reply that is owed has come. Counts what was sent, not only what was answered.
   */
  get obstacle(): string | undefined {
    if (this.opaqueClause !== undefined) return this.opaqueClause;
    if (this.hasQuit) return PASSING_CLAUSES.quit;
    if (this.isInBlock || this.isBlockOpen) return PASSING_CLAUSES.multi;
    for (const obstacle of this.settings.obstacles) return CLAUSES[obstacle];
    for (const pending of this.pending) {
      const clause = clauseOf(pending);
      if (clause !== undefined) return clause;
    }
    return undefined;
  }

  /** A MULTI or a WATCH whose end the client has yet to send: it is worth waiting for. */
  get isTransaction(): boolean {
    if (this.isInBlock) return true;
    let isWatching = this.settings.obstacles.has("watch");
    for (const pending of this.pending) {
      if (ENDS_WATCH.has(pending.kind)) isWatching = false;
      else if (clauseOf(pending) === CLAUSES.watch) isWatching = true;
    }
    return isWatching;
  }

  /** An obstacle that no waiting ends: blocked, listening, or something that only the client takes back. */
  get isStuck(): boolean {
    if (this.isOpaque || this.hasQuit) return true;
    for (const obstacle of this.settings.obstacles) if (obstacle !== "watch") return true;
    for (const { kind } of this.pending) if (kind === "blocks") return true;
    return false;
  }

  /**
   * Replies cannot be counted any more from here on: SUBSCRIBE and its family, MONITOR, CLIENT REPLY OFF or
   * SKIP, the script debugger, replication. The session is passed through untouched until it ends.
   */
  get isOpaque(): boolean {
    return this.opaqueClause !== undefined;
  }

  /**
   * RESP commands that bring a fresh connection to the same state, each with exactly one reply; empty for a
   * fresh session. With the client's credentials in them: not for any log. Only for a session without an
   * obstacle whose replies have all come.
   */
  restoration(): readonly Buffer[] {
    assert(this.obstacle === undefined, `a session is not moved while ${this.obstacle}`);
    assert(this.pending.size === 0, "a session is not moved before its commands are answered");
    return this.settings.commands();
  }

  private effectOf(
    command: CommandInfo,
    captured: readonly Buffer[] | undefined,
  ): CommandEffect | undefined {
    if (this.isOpaque) return undefined;
    if (command.isCaptured) return effectOf(command.name, captured);
    return command.isBlocking ? blocking(command.name) : undefined;
  }

  /** Takes a step into or out of a block for done, until its reply tells. */
  private foresee(transition: Effect): void {
    const isMulti = transition.kind === "multi";
    // A MULTI in a block is an error and leaves the block; an EXEC outside of one has written nothing.
    if (!this.isInBlock) this.blockWrites = false;
    this.isInBlock = isMulti;
    this.lastTransition = transition;
  }

  private carryOut(effect: CommandEffect, isError: boolean): void {
    const { obstacles } = this.settings;
    switch (effect.kind) {
      case "multi":
        if (!isError) this.isBlockOpen = true;
        return;
      case "exec":
        // Without a block its error leaves WATCH alone; in one it is EXECABORT, which ends both.
        if (isError && !this.isBlockOpen) return;
        if (!isError && this.hasQueuedSettings) obstacles.add("queued-settings");
        return this.endBlock();
      case "discard":
        return isError ? undefined : this.endBlock();
      case "unwatch":
        // In a block it is only queued, and EXEC does the same.
        if (!isError && !this.isBlockOpen) obstacles.delete("watch");
        return;
      case "reset":
        if (isError) return;
        this.endBlock();
        return this.settings.reset();
      case "change":
        if (!this.isBlockOpen) return (isError ? effect.fail : effect.apply)?.(this.settings);
        // Whether a queued command works shows in EXEC's reply only, which nobody reads.
        if (!isError) this.hasQueuedSettings = true;
        return;
      case "blocks":
      case "opaque":
      case "quit":
        return;
    }
  }

  private endBlock(): void {
    this.isBlockOpen = false;
    this.hasQueuedSettings = false;
    this.settings.obstacles.delete("watch");
  }
}

function clauseOf({ effect }: Pending): string | undefined {
  if (effect.kind === "multi") return PASSING_CLAUSES.multi;
  if (effect.kind === "blocks") return effect.clause;
  if (effect.kind !== "change" || effect.obstacle === undefined) return undefined;
  return CLAUSES[effect.obstacle];
}
