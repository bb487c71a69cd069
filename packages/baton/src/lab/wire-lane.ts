// One direction of one connection through a wire: brings bytes and closes from one socket to another.
import type { Socket } from "node:net";
import { systemClock } from "../sys/clock.ts";
import type { Link } from "./wire-link.ts";

// What one lane holds at most; beyond it the sender's socket is not read, and TCP slows it down.
const HELD_BYTES_MAX = 256 * 1024;

type Freight =
  | { readonly kind: "bytes"; readonly bytes: Buffer; dueMs: number }
  /** The sender closed its direction; `reset` when it did so the hard way. */
  | { readonly kind: "end" | "reset"; dueMs: number };

/**
 * While the link is cut nothing moves, closes included, and afterwards all of it goes on in order: what
 * TCP's retransmissions do after a partition. Bytes that already left for the receiver's kernel are
 * beyond recall, as they would be on a real network.
 */
export class Lane {
  private readonly source: Socket;
  private readonly link: Link;
  private sink: Socket | undefined;
  private readonly held: Freight[] = [];
  private heldBytes = 0;
  private isSinkFull = false;
  private timer: NodeJS.Timeout | undefined;
  private readonly stopListening: () => void;

  constructor(source: Socket, link: Link) {
    this.source = source;
    this.link = link;
    this.stopListening = link.onChange(() => this.proceed());
    source.on("data", (bytes: Buffer) => {
      this.heldBytes += bytes.length;
      this.take({ kind: "bytes", bytes, dueMs: this.dueMs() });
    });
    source.on("end", () => this.take({ kind: "end", dueMs: this.dueMs() }));
    source.on("error", () => this.take({ kind: "reset", dueMs: this.dueMs() }));
    this.proceed();
  }

  /** True when the sender has closed, in whatever way, and the receiver has not been told. */
  get holdsClose(): boolean {
    return this.held.some(({ kind }) => kind !== "bytes");
  }

  /** From here on the lane has somewhere to bring its freight. */
  deliverTo(sink: Socket): void {
    this.sink = sink;
    // What came early waited for the handshake of a slow link; its own way begins only now.
    for (const freight of this.held) freight.dueMs = this.dueMs();
    sink.on("drain", () => {
      this.isSinkFull = false;
      this.proceed();
    });
    this.proceed();
  }

  /** The connection is over: both sockets are closed. */
  dispose(): void {
    this.stopListening();
    clearTimeout(this.timer);
    this.held.length = 0;
  }

  private dueMs(): number {
    return systemClock.monotonicMs() + this.link.delayMs;
  }

  private take(freight: Freight): void {
    this.held.push(freight);
    this.proceed();
  }

  private proceed(): void {
    clearTimeout(this.timer);
    const { sink } = this;
    if (sink !== undefined && !this.link.isCut) this.deliver(sink);
    // Before the handshake the sender is read even across a cut, to notice when it gives up.
    const mayRead = this.heldBytes < HELD_BYTES_MAX && (sink === undefined || !this.link.isCut);
    if (mayRead) this.source.resume();
    else this.source.pause();
  }

  private deliver(sink: Socket): void {
    let head = this.held[0];
    while (head !== undefined && !this.isSinkFull) {
      const waitMs = head.dueMs - systemClock.monotonicMs();
      if (waitMs > 0) {
        this.timer = setTimeout(() => this.proceed(), waitMs);
        return;
      }
      this.held.shift();
      if (head.kind === "bytes") {
        this.heldBytes -= head.bytes.length;
        // A destroyed receiver has told its own lane; what is still on its way to it is lost.
        this.isSinkFull = !sink.destroyed && !sink.write(head.bytes);
      } else if (head.kind === "end") sink.end();
      else sink.resetAndDestroy();
      head = this.held[0];
    }
  }
}
