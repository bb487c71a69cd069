// One client's session: forwarded to the primary of the moment, moved to the next one between two commands,
// held while there is none, and cut where it cannot be moved honestly.
import type { Socket } from "node:net";
import type { Endpoint } from "../cluster/types.ts";
import type { Route } from "../decide/types.ts";
import type { Ending } from "./admission.ts";
import type { CommandLookup } from "./commands.ts";
import { after } from "./deadline.ts";
import { type DialOptions, dial } from "./dial.ts";
import { refuse } from "./refuse.ts";
import { reset } from "./reset.ts";
import type { Requirement } from "./gates.ts";
import { Traffic } from "./traffic.ts";
import { Waiting } from "./waiting.ts";

const BACKOFF_MS_MIN = 20;
const BACKOFF_MS_MAX = 250;

/**
 * `held`: it has something to send and no primary. `released`: it got one. `moved`: it left a primary with
 * nothing lost. All others are ends; `lost`: by a primary that closed the connection, and not at the
 * client's wish.
 */
export type SessionEvent =
  | "held"
  | "released"
  | "moved"
  | "cut"
  | "garbage"
  | "unconfirmed"
  | "lost"
  | "refused-time"
  | "refused-count"
  | "closed";

/** What a session needs to know of its router. */
export interface SessionContext extends DialOptions {
  readonly holdMs: number;
  readonly lookup: CommandLookup;
  /** How many replicas have to have a write before its reply is let through. */
  readonly requirement: Requirement;
  /** undefined when one more session may be held; else why not. */
  refusalToHold(): string | undefined;
  happened(event: SessionEvent, session: Session): void;
  /** Replies were kept back for so long until enough replicas had what was written, or it was given up. */
  readonly waited: (ms: number) => void;
}

type State =
  /** No connection, and nothing to send that would need one. */
  | { readonly kind: "idle" }
  | { readonly kind: "waiting" }
  | { readonly kind: "dialling"; readonly giveUp: () => void }
  | { readonly kind: "forwarding" }
  | { readonly kind: "ended" };

export class Session {
  readonly client: Socket;
  private readonly context: SessionContext;
  private readonly traffic: Traffic;
  private readonly waiting: Waiting;
  private state: State = { kind: "waiting" };
  private target: Endpoint | undefined;
  /** Of the target, and of the primary that it was connected to last. */
  private targetNode: string | undefined;
  private node: string | undefined;
  private isRetiring = false;
  private stopBackoff: () => void = () => undefined;
  private attempts = 0;
  /** Why there is no connection to a primary, as a clause for the client's eyes. */
  private reason = "";

  constructor(client: Socket, context: SessionContext) {
    this.client = client;
    this.context = context;
    this.waiting = new Waiting(client, {
      clock: context.clock,
      holdMs: context.holdMs,
      onData: () => this.connectNow(),
      onLeave: () => this.leave(),
      onTimeout: () =>
        this.refuse("refused-time", `no primary for ${context.holdMs} ms: ${this.reason}`),
    });
    this.traffic = new Traffic(client, {
      ...context,
      onLost: () => this.upstreamLost(),
      onQuiet: () => this.quietened(),
      onEnding: (ending) => this.endWith(ending),
    });
    client.once("close", () => this.end("closed"));
  }

  /** Bytes that came from primaries so far. */
  get upstreamBytes(): number {
    return this.traffic.bytesReceived;
  }

  /** Commands that went to primaries so far. */
  get commandsSent(): number {
    return this.traffic.commandsSent;
  }

  /** What is told of it when it has ended. */
  facts() {
    const { client, node, commandsSent } = this;
    const bytes = { bytesFromClient: client.bytesRead, bytesToClient: client.bytesWritten };
    return { ...bytes, commands: commandsSent, ...(node === undefined ? {} : { node }) };
  }

  /** Whether it may be moved without the client's notice as soon as its replies have come. */
  get isUnsettled(): boolean {
    return this.state.kind === "forwarding" && this.traffic.isUnsettled;
  }

  /**
   * Called with the first route and with every later one. The same endpoint under a new epoch changes
   * nothing.
   */
  follow(route: Route): void {
    const { kind } = this.state;
    if (kind === "ended") return;
    if (route.kind === "none") this.reason = route.reason;
    const target = route.kind === "primary" ? route.endpoint : undefined;
    const isSame = target?.address === this.target?.address && target?.port === this.target?.port;
    // A session starts without a target, and with a first route of `none` it has yet to be held.
    if (isSame && (target !== undefined || this.waiting.isHeld || kind === "idle")) return;
    this.target = target;
    this.targetNode = route.kind === "primary" ? route.node : undefined;
    if (kind === "forwarding") return this.move();
    this.abandonDial();
    this.attempts = 0;
    if (kind === "idle") return;
    if (target === undefined) this.wait();
    else this.dial(target);
  }

  /**
   * Ends both connections with a reset. The client notices at once, even one that is blocked in a read;
   * and the kernel drops what it has not yet delivered to the old primary, which would otherwise execute
   * it when it thaws.
   */
  cut(): void {
    if (this.state.kind === "ended") return;
    this.end("cut");
    this.traffic.reset();
    reset(this.client);
  }

  /**
   * Until `thaw` no further command is sent; what the primary answers still gets through. A command that
   * has begun and a transaction that is open may come to their end.
   */
  freeze(): void {
    this.traffic.freeze();
  }

  thaw(): void {
    this.traffic.thaw();
  }

  /** Ends as soon as no reply is owed. */
  retire(): void {
    this.isRetiring = true;
    this.quietened();
  }

  private move(): void {
    const pending = this.traffic.leave();
    // Its outcome cannot be known, or its state cannot be taken along: that the client has to learn.
    if (pending === undefined) return this.cut();
    this.context.happened("moved", this);
    this.rest(pending);
  }

  /** Without a connection: dials only when there is something to send, or the first thing comes. */
  private rest(pending: readonly Buffer[]): void {
    this.state = { kind: "idle" };
    this.waiting.begin(pending);
    if (pending.length > 0) this.connectNow();
  }

  private connectNow(): void {
    if (this.state.kind !== "idle") return;
    this.state = { kind: "waiting" };
    if (this.target === undefined) this.wait();
    else this.dial(this.target);
  }

  private dial(target: Endpoint): void {
    const giveUp = dial(target, this.traffic.restoration(), this.context, {
      ready: (upstream) => this.connected(upstream),
      failed: (reason) => {
        this.abandonDial();
        this.reason = reason;
        this.wait();
      },
      refused: () => this.cut(),
    });
    this.state = { kind: "dialling", giveUp };
  }

  private connected(upstream: Socket): void {
    this.state = { kind: "forwarding" };
    this.node = this.targetNode;
    const wasHeld = this.waiting.isHeld;
    const early = this.waiting.end();
    if (wasHeld) this.context.happened("released", this);
    this.traffic.begin(upstream, early);
  }

  private upstreamLost(): void {
    if (this.state.kind !== "forwarding") return;
    const isNew = !this.traffic.hasReceived;
    const pending = this.traffic.leave();
    if (pending === undefined) {
      this.end(this.traffic.isSayingGoodbye ? "closed" : "lost");
      // Whatever the primary had answered is still delivered.
      this.client.destroySoon();
      return;
    }
    this.context.happened("moved", this);
    if (!isNew) {
      this.attempts = 0;
      return this.rest(pending);
    }
    // A primary that only accepts and closes is none: not at once again, and not for ever.
    this.reason = "the primary closes every connection";
    this.waiting.begin(pending);
    this.state = { kind: "waiting" };
    this.wait();
  }

  private quietened(): void {
    if (!this.isRetiring || this.state.kind === "ended" || this.traffic.isBusy) return;
    this.end("closed");
    this.client.destroySoon();
  }

  private abandonDial(): void {
    this.stopBackoff();
    if (this.state.kind !== "dialling") return;
    this.state.giveUp();
    this.state = { kind: "waiting" };
  }

  /** Holds the client, and with a primary that takes no connection tries again a little later. */
  private wait(): void {
    if (!this.waiting.isHeld) {
      const refusal = this.context.refusalToHold();
      if (refusal !== undefined) return this.refuse("refused-count", `${refusal}: ${this.reason}`);
      this.waiting.hold();
      this.context.happened("held", this);
    }
    const { target } = this;
    if (this.state.kind !== "waiting" || target === undefined) return;
    const ceiling = Math.min(BACKOFF_MS_MAX, BACKOFF_MS_MIN * 2 ** this.attempts);
    this.attempts += 1;
    // Full jitter: hundreds of held clients must not knock in step.
    this.stopBackoff = after(this.context.clock, Math.random() * ceiling, () => this.dial(target));
  }

  // A held client that closes has given up, and has told its caller so: its writes must not be executed
  // later. One that closes its sending half only looks the same; Redis would end the connection, too.
  private leave(): void {
    // Whoever had to wait for a new connection only, and for no primary, gets its answer.
    if (!this.waiting.isHeld && this.waiting.hasEarly) return this.traffic.endEarly();
    this.end("closed");
    this.client.destroy();
  }

  private endWith({ kind, word, sentence, isInDelivery }: Ending): void {
    this.end(kind);
    this.traffic.reset();
    if (isInDelivery === true) return reset(this.client);
    refuse(this.client, sentence, this.context.clock, word);
  }

  private refuse(event: "refused-time" | "refused-count", sentence: string): void {
    this.end(event);
    refuse(this.client, `baton: ${sentence}`, this.context.clock, "TRYAGAIN");
  }

  private end(event: SessionEvent): void {
    if (this.state.kind === "ended") return;
    this.waiting.end();
    this.abandonDial();
    this.state = { kind: "ended" };
    this.context.happened(event, this);
    // Destroying comes last: a cut resets the connection instead.
    if (event === "closed" || event === "lost") this.traffic.close();
  }
}
