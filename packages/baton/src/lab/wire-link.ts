// The condition of the network from one host of a lab to another, and who hears of its changes.
import { EventEmitter } from "node:events";

export type LinkState =
  | { readonly kind: "open" }
  /** Silence, as with dropped packets: nothing arrives, nothing is refused. */
  | { readonly kind: "cut" }
  | { readonly kind: "delayed"; readonly ms: number };

export class Link {
  readonly from: string;
  readonly to: string;
  private current: LinkState = { kind: "open" };
  private readonly changes = new EventEmitter();

  constructor(from: string, to: string) {
    this.from = from;
    this.to = to;
    // One listener a connection; their number is bounded where connections are accepted.
    this.changes.setMaxListeners(0);
  }

  get state(): LinkState {
    return this.current;
  }

  get isCut(): boolean {
    return this.current.kind === "cut";
  }

  get delayMs(): number {
    return this.current.kind === "delayed" ? this.current.ms : 0;
  }

  set(state: LinkState): void {
    this.current = state;
    this.changes.emit("change");
  }

  /** @returns the way to stop listening. */
  onChange(listener: () => void): () => void {
    this.changes.on("change", listener);
    return () => void this.changes.off("change", listener);
  }
}
