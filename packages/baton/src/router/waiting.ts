// A client without a connection to a primary: read a little ahead, so that its leaving is noticed, and for
// no longer than it may wait.
import type { Socket } from "node:net";
import type { Clock } from "../sys/clock.ts";
import { after } from "./deadline.ts";

/** Read of a waiting client ahead of time; what it sends beyond waits in the kernel. */
const EARLY_BYTES_MAX = 16 * 1024;

export interface WaitingOptions {
  readonly clock: Clock;
  readonly holdMs: number;
  onData(): void;
  onLeave(): void;
  onTimeout(): void;
}

export class Waiting {
  private readonly client: Socket;
  private readonly options: WaitingOptions;
  private early: Buffer[] = [];
  private earlyBytes = 0;
  private isReading = false;
  private stopTimer: (() => void) | undefined;

  constructor(client: Socket, options: WaitingOptions) {
    this.client = client;
    this.options = options;
  }

  /** Its time is running. */
  get isHeld(): boolean {
    return this.stopTimer !== undefined;
  }

  get hasEarly(): boolean {
    return this.early.length > 0;
  }

  /** `pending`: what goes to the next primary ahead of everything that is read from now on. */
  begin(pending: readonly Buffer[]): void {
    for (const chunk of pending) this.keep(chunk);
    if (this.isReading) return;
    this.isReading = true;
    this.client.on("data", this.read);
    this.client.once("end", this.options.onLeave);
    this.client.resume();
  }

  hold(): void {
    const { clock, holdMs, onTimeout } = this.options;
    this.begin([]);
    this.stopTimer ??= after(clock, holdMs, onTimeout);
  }

  /** @returns what was read; the client is paused. */
  end(): readonly Buffer[] {
    this.stopTimer?.();
    this.stopTimer = undefined;
    if (this.isReading) {
      this.isReading = false;
      this.client.off("data", this.read);
      this.client.off("end", this.options.onLeave);
      this.client.pause();
    }
    const { early } = this;
    this.early = [];
    this.earlyBytes = 0;
    return early;
  }

  private keep(chunk: Buffer): void {
    this.early.push(chunk);
    this.earlyBytes += chunk.length;
  }

  // Only whoever reads notices that the other side has gone. A little is enough: a waiting client has
  // sent its greeting.
  private readonly read = (chunk: Buffer): void => {
    this.keep(chunk);
    if (this.earlyBytes > EARLY_BYTES_MAX) this.client.pause();
    this.options.onData();
  };
}
