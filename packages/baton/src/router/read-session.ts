// One client that reads, and its connection to the replica that was chosen for it.
import type { Socket } from "node:net";
import type { Clock } from "../sys/clock.ts";
import { type ConnectOptions, connectTo, failureText, silence } from "./connect.ts";
import { after } from "./deadline.ts";
import { forward } from "./forward.ts";
import { isSameTarget, type ReadTarget } from "./reads.ts";
import { refuse } from "./refuse.ts";
import { reset } from "./reset.ts";

/** Read of a waiting client ahead of time; what it sends beyond waits in the kernel. */
const EARLY_BYTES_MAX = 16 * 1024;

export type ReadEvent = "waiting" | "placed" | "cut" | "refused" | "closed";

/** What a session needs to know of its router. */
export interface ReadContext extends ConnectOptions {
  readonly clock: Clock;
  readonly connectMs: number;
  readonly holdMs: number;
  /** Where to go, `tried` left out; else whether waiting may help, and why there is nothing. */
  choose(
    tried: ReadonlySet<string>,
  ): ReadTarget | { readonly mayWait: boolean; readonly reason: string };
  happened(event: ReadEvent, session: ReadSession): void;
  /** A session has left the one node and burdens the other. */
  moved(from: string | undefined, to: string | undefined): void;
}

type State =
  | { readonly kind: "waiting" }
  | {
      readonly kind: "dialling" | "forwarding";
      readonly target: ReadTarget;
      readonly upstream: Socket;
    }
  | { readonly kind: "ended" };

export class ReadSession {
  readonly client: Socket;
  private readonly context: ReadContext;
  private state: State = { kind: "waiting" };
  /** Nodes that took no connection since the last offer. */
  private readonly tried = new Set<string>();
  private readonly early: Buffer[] = [];
  private earlyBytes = 0;
  private isWaiting = false;
  private stopDial: () => void = () => undefined;
  private stopWait: () => void = () => undefined;
  private reason = "";

  constructor(client: Socket, context: ReadContext) {
    this.client = client;
    this.context = context;
    client.once("close", () => this.end("closed"));
  }

  /** The node that this session burdens. */
  private get node(): string | undefined {
    return "target" in this.state ? this.state.target.node : undefined;
  }

  /** What is told of it when it has ended. */
  facts() {
    const { client, node } = this;
    const bytes = { bytesFromClient: client.bytesRead, bytesToClient: client.bytesWritten };
    return { ...bytes, ...(node === undefined ? {} : { node }) };
  }

  private become(next: State): void {
    const before = this.node;
    this.state = next;
    if (before !== this.node) this.context.moved(before, this.node);
  }

  /** Goes to the target that is chosen for it, or waits, or is refused. Called once, and by `offered`. */
  place(): void {
    const chosen = this.context.choose(this.tried);
    if ("endpoint" in chosen) return this.dial(chosen);
    if (this.reason === "") this.reason = chosen.reason;
    if (this.isWaiting || chosen.mayWait) this.wait();
    else this.refuse(this.reason);
  }

  /** A session to a node that is offered no longer is reset at once; one that waits is placed. */
  offered(targets: readonly ReadTarget[]): void {
    const { state } = this;
    if (state.kind === "ended") return;
    const isOffered = "target" in state && targets.some((target) => isSameTarget(target, state.target));
    if (isOffered) return;
    if (state.kind === "forwarding") return this.cut();
    this.abandonDial();
    this.tried.clear();
    this.reason = "";
    this.place();
  }

  /** Ends both connections with a reset: the client must not take what is still buffered for the truth. */
  cut(): void {
    const { state } = this;
    if (state.kind === "ended") return;
    this.end("cut");
    if ("upstream" in state) reset(state.upstream);
    reset(this.client);
  }

  private dial(target: ReadTarget): void {
    const { connectMs, clock } = this.context;
    const upstream = connectTo(target.endpoint, this.context, () => this.connected(target, upstream));
    this.stopDial = after(clock, connectMs, () => upstream.destroy(silence(upstream, connectMs)));
    this.become({ kind: "dialling", target, upstream });
    let failure = "closed";
    upstream.on("error", (error) => {
      failure = failureText(error);
    });
    upstream.once("close", () => this.upstreamClosed(target, upstream, failure));
  }

  private connected(target: ReadTarget, upstream: Socket): void {
    if (this.state.kind !== "dialling" || this.state.upstream !== upstream) return;
    this.stopDial();
    this.become({ kind: "forwarding", target, upstream });
    this.endWait();
    for (const chunk of this.early.splice(0)) upstream.write(chunk);
    this.context.happened("placed", this);
    forward(this.client, upstream);
    forward(upstream, this.client);
    this.client.resume();
  }

  private upstreamClosed({ node }: ReadTarget, upstream: Socket, failure: string): void {
    const { state } = this;
    if (!("upstream" in state) || state.upstream !== upstream) return;
    // Whatever the node had answered is still delivered.
    if (state.kind === "forwarding") return this.client.destroySoon();
    this.abandonDial();
    this.tried.add(node);
    this.reason = `${node} takes no connection (${failure})`;
    this.place();
  }

  private abandonDial(): void {
    this.stopDial();
    if (this.state.kind !== "dialling") return;
    const { upstream } = this.state;
    this.become({ kind: "waiting" });
    upstream.destroy();
  }

  private wait(): void {
    if (this.isWaiting) return;
    const { clock, holdMs } = this.context;
    this.isWaiting = true;
    this.stopWait = after(clock, holdMs, () => this.refuse(`nothing for ${holdMs} ms: ${this.reason}`));
    this.context.happened("waiting", this);
    this.client.on("data", this.readEarly).once("end", this.leave).resume();
  }

  private endWait(): void {
    this.stopWait();
    this.isWaiting = false;
    this.client.off("data", this.readEarly).off("end", this.leave);
  }

  // Only whoever reads notices that the other side has gone.
  private readonly readEarly = (chunk: Buffer): void => {
    this.early.push(chunk);
    this.earlyBytes += chunk.length;
    if (this.earlyBytes > EARLY_BYTES_MAX) this.client.pause();
  };

  // A waiting client that closes has given up: what it has sent must not be executed later.
  private readonly leave = (): void => {
    this.end("closed");
    this.client.destroy();
  };

  private refuse(sentence: string): void {
    this.end("refused");
    refuse(this.client, sentence, this.context.clock, "TRYAGAIN");
  }

  private end(event: ReadEvent): void {
    const { state } = this;
    if (state.kind === "ended") return;
    this.endWait();
    this.abandonDial();
    this.context.happened(event, this);
    this.become({ kind: "ended" });
    // Destroying comes last: a cut resets the connection instead.
    if (event === "closed" && state.kind === "forwarding") state.upstream.destroy();
  }
}
