// What comes back from a primary: counted, held against what was sent, and let through to the client as soon
// as it may have it.
import type { Clock } from "../sys/clock.ts";
import { Gates, type Requirement } from "./gates.ts";
import { ReplyFramer } from "./resp/replies.ts";
import type { SessionState } from "./session-state.ts";
import { Unanswered } from "./unanswered.ts";

const ERROR = 0x2d;

export interface AnswersOptions {
  readonly clock: Clock;
  readonly session: SessionState;
  readonly requirement: Requirement;
  deliver(bytes: Buffer): void;
  /** Sends a WAIT. */
  send(command: Buffer): void;
  /** The writes that were answered last are not where they have to be. */
  onUnconfirmed(sentence: string): void;
}

export class Answers {
  readonly unanswered = new Unanswered();
  readonly gates: Gates;
  /** Bytes came that nobody had asked for, as when the server is full. */
  hasUnsolicited = false;
  private readonly options: AnswersOptions;
  private readonly replies = new ReplyFramer();

  constructor(options: AnswersOptions) {
    this.options = options;
    this.gates = new Gates(options.requirement);
  }

  get isMidReply(): boolean {
    return this.replies.isMidReply;
  }

  /** Behind a batch with a write. */
  cover(sinceMs?: number): void {
    const { clock, send } = this.options;
    const number = this.unanswered.countOwn();
    send(this.gates.cover(number, clock.monotonicMs(), sinceMs));
  }

  /** @throws ProtocolError for what is no reply. */
  take(chunk: Buffer): void {
    const { replies, unanswered, gates } = this;
    let passed = 0;
    for (let at = replies.advance(chunk, 0); at >= 0; at = replies.advance(chunk, at)) {
      if (replies.isPush) continue;
      if (unanswered.owed === 0) {
        this.hasUnsolicited = true;
        continue;
      }
      const isError = replies.type === ERROR;
      const effect = unanswered.answer();
      if (effect !== undefined) this.options.session.replied(effect, isError);
      if (!gates.isGate(unanswered.answered)) continue;
      gates.withhold(chunk.subarray(passed, at));
      passed = at;
      if (!this.judge(isError)) return;
    }
    const rest = passed === 0 ? chunk : chunk.subarray(passed);
    if (rest.length === 0) return;
    if (!gates.isShut) return this.options.deliver(rest);
    if (!gates.withhold(rest))
      this.options.onUnconfirmed(
        "the replies are too long to be kept until replicas confirm the writes",
      );
  }

  /** @returns false when the session is over. */
  private judge(isError: boolean): boolean {
    const { clock, deliver, onUnconfirmed } = this.options;
    const verdict = this.gates.judge(isError, clock.monotonicMs());
    switch (verdict.kind) {
      case "open":
        if (verdict.bytes.length > 0) deliver(verdict.bytes);
        return true;
      case "again":
        this.cover(verdict.sinceMs);
        return true;
      case "shut":
        return true;
      case "failed":
        onUnconfirmed(verdict.sentence);
        return false;
    }
  }
}
