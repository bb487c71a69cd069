// Replies that are kept from the client until enough replicas have what was written: behind every batch with
// a write goes a WAIT on the same connection, and its reply opens the gate.
import { assert } from "../errors.ts";
import type { Confirmations } from "../decide/types.ts";

/**
 * One round of WAIT. Short, because the number of replicas is asked anew for each round: one that cannot
 * become primary any more is not waited for a moment longer.
 */
const ROUND_MS = 250;
/** Longer than the Sentinels need to see that a replica is gone. */
const PATIENCE_MS = 5_000;
/** Kept from one client; a batch whose replies are longer is given up. */
const WITHHELD_BYTES_MAX = 64 * 1024 * 1024;
const COLON = 0x3a;

/** As of this moment, with the time in which it was said taken into account. */
export type Requirement = () => Confirmations;

interface Gate {
  /** Of the WAIT, among all commands that were sent over this connection. */
  readonly number: number;
  readonly sinceMs: number;
}

export type Verdict =
  | { readonly kind: "open"; readonly bytes: Buffer }
  /** Another WAIT is to be sent. */
  | { readonly kind: "again"; readonly sinceMs: number }
  | { readonly kind: "shut" }
  | { readonly kind: "failed"; readonly sentence: string };

export class Gates {
  /** A write was sent, and no WAIT behind it. */
  isUncovered = false;
  private readonly requirement: Requirement;
  private readonly gates: Gate[] = [];
  private withheld: Buffer[] = [];
  private withheldBytes = 0;

  constructor(requirement: Requirement) {
    this.requirement = requirement;
  }

  get isShut(): boolean {
    return this.gates.length > 0;
  }

  /** Whether the command of this number is a WAIT of ours. */
  isGate(number: number): boolean {
    return this.gates[0]?.number === number;
  }

  /** `number`: what the WAIT will have. @returns the command. */
  cover(number: number, nowMs: number, sinceMs = nowMs): Buffer {
    this.isUncovered = false;
    this.gates.push({ number, sinceMs });
    const asked = this.requirement();
    // Refused since the write was sent: any answer will do, it is looked at with what holds then.
    const replicas = asked.kind === "asked" ? String(asked.replicas) : "1";
    const round = String(ROUND_MS);
    return Buffer.from(
      `*3\r\n$4\r\nWAIT\r\n$${replicas.length}\r\n${replicas}\r\n$${round.length}\r\n${round}\r\n`,
      "latin1",
    );
  }

  /** @returns false when it is too much to be kept. */
  withhold(bytes: Buffer): boolean {
    if (bytes.length > 0) this.withheld.push(bytes);
    this.withheldBytes += bytes.length;
    return this.withheldBytes <= WITHHELD_BYTES_MAX;
  }

  /** The reply of the oldest WAIT is there: its bytes were withheld last. */
  judge(isError: boolean, nowMs: number): Verdict {
    const gate = this.gates.shift();
    assert(gate !== undefined, "a WAIT is answered once");
    const all =
      this.withheld.length === 1 ? (this.withheld[0] ?? Buffer.alloc(0)) : Buffer.concat(this.withheld);
    // An integer reply has one colon, and nothing behind it that looks like one.
    const start = isError ? -1 : all.lastIndexOf(COLON);
    if (start < 0) return { kind: "failed", sentence: "the primary refuses to WAIT for its replicas" };
    const confirmed = Number(all.toString("latin1", start + 1, all.length - 2));
    const bytes = all.subarray(0, start);
    const asked = this.requirement();
    if (asked.kind === "not-asked" || (asked.kind === "asked" && confirmed >= asked.replicas)) {
      this.keep([]);
      return { kind: "open", bytes };
    }
    this.keep(bytes.length === 0 ? [] : [bytes]);
    if (nowMs - gate.sinceMs < PATIENCE_MS) {
      const [next] = this.gates;
      // A later WAIT stands for all writes before it, in the patience of the first.
      if (next === undefined) return { kind: "again", sinceMs: gate.sinceMs };
      this.gates[0] = { ...next, sinceMs: gate.sinceMs };
      return { kind: "shut" };
    }
    const why =
      asked.kind === "refused" ? asked.reason : `${confirmed} of ${asked.replicas} replicas have it`;
    return { kind: "failed", sentence: `written, and not confirmed, outcome unknown: ${why}` };
  }

  private keep(bytes: Buffer[]): void {
    this.withheld = bytes;
    this.withheldBytes = bytes.reduce((sum, { length }) => sum + length, 0);
  }
}
