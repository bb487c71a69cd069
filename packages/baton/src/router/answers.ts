// What comes back from a primary: counted, held against what was sent, and let through to the client as soon
// as it may have it.
import type { Clock } from "../sys/clock.ts";
import { Gates, type Requirement } from "./gates.ts";
import { ReplyFramer } from "./resp/replies.ts";
import type { SessionState } from "./session-state.ts";
import { Unanswered } from "./unanswered.ts";

const ERROR = 0x2d;
const TOO_LONG = "written, and not confirmed, outcome unknown: the replies are too long to be kept";

export interface AnswersOptions {
  readonly clock: Clock;
  readonly session: SessionState;
  readonly requirement: Requirement;
  deliver(bytes: Buffer): void;
  /** Sends a WAIT. */
  send(command: Buffer): void;
  /** Whether a command of our own may be sent now: not within another, nor within a block. */
  mayBegin(): boolean;
  /**
   * The writes that were answered last are not where they have to be. `isInDelivery`: the client has part
   * of a reply, behind which no line of ours may stand.
   */
  onUnconfirmed(sentence: string, isInDelivery: boolean): void;
  /** Replies were kept back for so long, until they were let through or given up. */
  readonly waited: (ms: number) => void;
}

export class Answers {
  readonly unanswered = new Unanswered();
  readonly gates: Gates;
  /** Bytes came that nobody had asked for, as when the server is full. */
  hasUnsolicited = false;
  private isInDelivery = false;
  /** Since when replies are kept back; undefined while none is. */
  private keptSinceMs: number | undefined;
  private readonly options: AnswersOptions;
  private readonly replies = new ReplyFramer();

  constructor(options: AnswersOptions) {
    this.options = options;
    this.gates = new Gates(options.requirement);
  }

  get isMidReply(): boolean {
    return this.replies.isMidReply;
  }

  /** To be called where a command may begin, outside of a MULTI block. */
  coverIfNeeded(): void {
    const { gates, unanswered } = this;
    const { dueSinceMs } = gates;
    if (!gates.isUncovered && dueSinceMs === undefined) return;
    const { send } = this.options;
    if (gates.needsSpacer) send(gates.space(unanswered.countOwn()));
    send(gates.cover(unanswered.countOwn(), dueSinceMs));
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
      if (!gates.isGate(unanswered.answered)) {
        if (gates.isShut) gates.note(isError);
        continue;
      }
      gates.withhold(chunk.subarray(passed, at));
      passed = at;
      if (!this.judge(replies.type)) return;
    }
    const rest = passed === 0 ? chunk : chunk.subarray(passed);
    if (rest.length === 0) return;
    if (!gates.isShut) {
      this.isInDelivery = replies.isMidReply;
      return this.options.deliver(rest);
    }
    this.keptSinceMs ??= this.options.clock.monotonicMs();
    if (!gates.withhold(rest)) this.fail(TOO_LONG);
  }

  /** @returns false when the session is over. */
  private judge(type: number): boolean {
    const { clock, deliver, mayBegin } = this.options;
    const nowMs = clock.monotonicMs();
    const verdict = this.gates.judge(type, nowMs);
    this.keptSinceMs ??= nowMs;
    switch (verdict.kind) {
      case "open":
        this.isInDelivery = false;
        this.keptUntil(nowMs);
        if (verdict.bytes.length > 0) deliver(verdict.bytes);
        return true;
      case "again":
        this.gates.dueSinceMs = verdict.sinceMs;
        if (mayBegin()) this.coverIfNeeded();
        return true;
      case "shut":
        return true;
      case "failed":
        this.fail(verdict.sentence);
        return false;
    }
  }

  private keptUntil(nowMs: number): void {
    this.options.waited(nowMs - (this.keptSinceMs ?? nowMs));
    this.keptSinceMs = undefined;
  }

  private fail(sentence: string): void {
    this.keptUntil(this.options.clock.monotonicMs());
    this.options.onUnconfirmed(sentence, this.isInDelivery);
  }
}
