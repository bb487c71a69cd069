// Replies that are kept from the client until enough replicas have what was written: behind every batch with
// a write goes a WAIT on the same connection, and its reply opens the gate.
import { assert } from "../errors.ts";
import type { Confirmations } from "../decide/types.ts";

/**
 * One round of WAIT. Short, because the number of replicas is asked anew for each round: one that cannot
 * become primary any more is not waited for a moment longer.
 */
const ROUND_MS = 250;
/** From the first answer that was not enough. The Sentinels see sooner that a replica is gone. */
const PATIENCE_MS = 5_000;
/** Kept from one client; a batch whose replies are longer is given up. */
const WITHHELD_BYTES_MAX = 64 * 1024 * 1024;
const COLON = 0x3a;
const ERROR = 0x2d;

/** As of this moment, with the time in which it was said taken into account. */
export type Requirement = () => Confirmations;

interface Gate {
  /** Of the WAIT, among all commands that were sent over this connection. */
  readonly number: number;
  /** `spacer`: its answer says nothing, see `space`. */
  readonly kind: "wait" | "spacer";
  /** Since when too few have it; undefined before the first answer. */
  readonly sinceMs: number | undefined;
}

export type Verdict =
  | { readonly kind: "open"; readonly bytes: Buffer }
  /** Another WAIT is to be sent. */
  | { readonly kind: "again"; readonly sinceMs: number }
  | { readonly kind: "shut" }
  | { readonly kind: "failed"; readonly sentence: string };

const UNKNOWN = "written, and not confirmed, outcome unknown";

function waitFor(replicas: number, roundMs: number): Buffer {
  const words = ["WAIT", String(replicas), String(roundMs)];
  const bulks = words.map((word) => `$${word.length}\r\n${word}\r\n`).join("");
  return Buffer.from(`*${words.length}\r\n${bulks}`, "latin1");
}

export class Gates {
  /** A write was sent, and no WAIT behind it. */
  isUncovered = false;
  /** Among them one that may have blocked. */
  needsSpacer = false;
  /** Another WAIT is to be sent as soon as a command may begin, in the patience that began then. */
  dueSinceMs: number | undefined;
  private readonly requirement: Requirement;
  private readonly gates: Gate[] = [];
  private withheld: Buffer[] = [];
  private withheldBytes = 0;
  private hasSuccess = false;

  constructor(requirement: Requirement) {
    this.requirement = requirement;
  }

  get isShut(): boolean {
    return this.gates.length > 0 || this.dueSinceMs !== undefined;
  }

  /** Whether the command of this number is a WAIT of ours. */
  isGate(number: number): boolean {
    return this.gates[0]?.number === number;
  }

  /** `number`: what the WAIT will have. @returns the command. */
  cover(number: number, sinceMs?: number): Buffer {
    this.isUncovered = false;
    this.dueSinceMs = undefined;
    this.gates.push({ number, kind: "wait", sinceMs });
    const asked = this.requirement();
    // Refused since the write was sent: any answer will do, it is looked at with what holds then.
    return waitFor(asked.kind === "asked" ? asked.replicas : 1, ROUND_MS);
  }

  /**
   * To go between a write that may have blocked and its WAIT: Redis 7.0 takes down how far a blocked
   * client has written only when its next command has run.
   */
  space(number: number): Buffer {
    this.needsSpacer = false;
    this.gates.push({ number, kind: "spacer", sinceMs: undefined });
    return waitFor(0, 1);
  }

  /** @returns false when it is too much to be kept. */
  withhold(bytes: Buffer): boolean {
    if (bytes.length > 0) this.withheld.push(bytes);
    this.withheldBytes += bytes.length;
    return this.withheldBytes <= WITHHELD_BYTES_MAX;
  }

  /** A reply to the client itself has come while the gate is shut. */
  note(isError: boolean): void {
    this.hasSuccess ||= !isError;
  }

  /** The reply of the oldest WAIT is there, with this first byte: its bytes were withheld last. */
  judge(type: number, nowMs: number): Verdict {
    const gate = this.gates.shift();
    assert(gate !== undefined, "a WAIT is answered once");
    const [only] = this.withheld;
    const all = only !== undefined && this.withheld.length === 1 ? only : Buffer.concat(this.withheld);
    if (type === ERROR) return this.judgeError(all);
    if (type !== COLON) return { kind: "failed", sentence: `${UNKNOWN}: the primary did not WAIT` };
    // An integer reply has one colon, and nothing behind it that looks like one.
    const start = all.lastIndexOf(COLON);
    const confirmed = Number(all.toString("latin1", start + 1, all.length - 2));
    const bytes = all.subarray(0, start);
    const asked = this.requirement();
    if (gate.kind === "spacer") {
      this.keep([bytes]);
      return { kind: "shut" };
    }
    if (asked.kind === "not-asked" || (asked.kind === "asked" && confirmed >= asked.replicas))
      return this.open(bytes);
    this.keep([bytes]);
    const sinceMs = gate.sinceMs ?? nowMs;
    if (nowMs - sinceMs < PATIENCE_MS) {
      const [next] = this.gates;
      // A later WAIT stands for all writes before it, in the patience of the first.
      if (next === undefined) return { kind: "again", sinceMs };
      this.gates[this.gates.findIndex(({ kind }) => kind === "wait")] = { ...this.nextWait(), sinceMs };
      return { kind: "shut" };
    }
    const why =
      asked.kind === "refused" ? asked.reason : `${confirmed} of ${asked.replicas} replicas have it`;
    return { kind: "failed", sentence: `${UNKNOWN}: ${why}` };
  }

  /** A server that refuses to WAIT, as before a login, has refused the write too, or has not. */
  private judgeError(all: Buffer): Verdict {
    if (this.hasSuccess)
      return { kind: "failed", sentence: `${UNKNOWN}: the primary refuses to WAIT for its replicas` };
    // The line of an error has no line end within it.
    const start = all.lastIndexOf("\r\n-");
    return this.open(all.subarray(0, start < 0 ? 0 : start + 2));
  }

  private nextWait(): Gate {
    const next = this.gates.find(({ kind }) => kind === "wait");
    assert(next !== undefined, "behind a spacer there is a WAIT");
    return next;
  }

  private open(bytes: Buffer): Verdict {
    this.keep([]);
    this.hasSuccess = false;
    return { kind: "open", bytes };
  }

  private keep(bytes: Buffer[]): void {
    this.withheld = bytes;
    this.withheldBytes = bytes.reduce((sum, { length }) => sum + length, 0);
  }
}
