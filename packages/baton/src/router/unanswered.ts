// What was sent over one connection to a primary and has not been answered: how many commands, what their
// replies will change in the session, and whether they may be sent once more elsewhere.
import type { CommandInfo, CommandLookup } from "./commands.ts";
import { RequestFramer } from "./resp/requests.ts";
import type { Effect } from "./session-state.ts";

/** Replies that will change the session, each of which is remembered. */
const EFFECTS_MAX = 1024;

/** Kept for a second sending; a client that has more under way is told that the outcome is unknown. */
const REPLAY_BYTES_MAX = 64 * 1024;

interface Batch {
  /** Number of the first command in `bytes`, counted from 1. */
  readonly first: number;
  readonly last: number;
  readonly bytes: Buffer;
}

export class Unanswered {
  private sent = 0;
  private own = 0;
  /** How many replies have come. */
  answered = 0;
  private readonly effects: { readonly number: number; readonly effect: Effect }[] = [];
  private readonly batches: Batch[] = [];
  private batchBytes = 0;
  /** Number of the last command that must not be sent twice. */
  private lastUnsafe = 0;
  private batchFirst = 1;

  get owed(): number {
    return this.sent - this.answered;
  }

  /** How many of the client's own were sent. */
  get commands(): number {
    return this.sent - this.own;
  }

  /** No more is to be sent before some of it is answered. */
  get isFull(): boolean {
    return this.effects.length >= EFFECTS_MAX;
  }

  /** In the order of sending. */
  count(command: CommandInfo, effect: Effect | undefined): void {
    this.sent += 1;
    if (!command.isReadOnly) this.lastUnsafe = this.sent;
    if (effect !== undefined) this.effects.push({ number: this.sent, effect });
  }

  /** A command of the router itself, which is never sent again. @returns its number. */
  countOwn(): number {
    this.sent += 1;
    this.own += 1;
    this.lastUnsafe = this.sent;
    this.batchFirst = this.sent + 1;
    return this.sent;
  }

  /** The bytes of all commands that were counted since the last call: whole commands only. */
  keep(bytes: Buffer): void {
    const first = this.batchFirst;
    this.batchFirst = this.sent + 1;
    if (this.sent < first) return;
    // All of a batch or nothing: what is not kept may not be sent again, and nothing behind it without it.
    if (this.lastUnsafe >= first || this.batchBytes + bytes.length > REPLAY_BYTES_MAX) {
      this.lastUnsafe = this.sent;
      return;
    }
    this.batches.push({ first, last: this.sent, bytes });
    this.batchBytes += bytes.length;
  }

  /** The last command was sent in pieces that were not kept. */
  doubt(): void {
    this.lastUnsafe = this.sent;
    this.batchFirst = this.sent + 1;
  }

  /** One more reply, not a push. @returns what it decides. */
  answer(): Effect | undefined {
    this.answered += 1;
    const [batch] = this.batches;
    if (batch !== undefined && batch.last <= this.answered) {
      this.batches.shift();
      this.batchBytes -= batch.bytes.length;
    }
    const [next] = this.effects;
    if (next?.number !== this.answered) return undefined;
    this.effects.shift();
    return next.effect;
  }

  /**
   * All commands that are owed an answer, to be sent again over another connection; undefined when one
   * of them might then be executed twice, or they were too long to be kept.
   */
  replay(lookup: CommandLookup): Buffer | undefined {
    if (this.lastUnsafe > this.answered || this.effects.length > 0) return undefined;
    const [oldest] = this.batches;
    if (oldest === undefined) return this.owed === 0 ? Buffer.alloc(0) : undefined;
    const framer = new RequestFramer(lookup);
    let offset = 0;
    for (let number = oldest.first; number <= this.answered; number += 1)
      offset = framer.advance(oldest.bytes, offset);
    return Buffer.concat([
      oldest.bytes.subarray(offset),
      ...this.batches.slice(1).map(({ bytes }) => bytes),
    ]);
  }
}
