// One client and its connection to the primary: held while there is none, forwarded while there is, cut
// when it moves.
import { type Socket, createConnection } from "node:net";
import type { Endpoint } from "../cluster/types.ts";
import type { Route } from "../decide/types.ts";
import type { Clock } from "../sys/clock.ts";
import { after } from "./deadline.ts";
import { forward } from "./forward.ts";
import { refuse } from "./refuse.ts";

/** Read of a held client ahead of time; what it sends beyond waits in the kernel. */
const EARLY_BYTES_MAX = 16 * 1024;
const BACKOFF_MS_MIN = 20;
const BACKOFF_MS_MAX = 250;
const KEEP_ALIVE_MS = 30_000;

/** That it was held, that it then got its primary, or how it ended. */
export type SessionEvent = "held" | "released" | "cut" | "refused-time" | "refused-count" | "closed";

/** What a session needs to know of its router. */
export interface SessionContext {
  readonly clock: Clock;
  readonly sourceAddress: string | undefined;
  readonly holdMs: number;
  readonly connectMs: number;
  /** undefined when one more session may be held; else why not. */
  refusalToHold(): string | undefined;
  happened(event: SessionEvent, session: Session): void;
}

type State =
  | { readonly kind: "waiting" }
  | { readonly kind: "dialling"; readonly upstream: Socket; readonly stopTimer: () => void }
  | { readonly kind: "forwarding"; readonly upstream: Socket }
  | { readonly kind: "ended" };

/** There from the moment a session has to wait until it has a primary. */
interface Hold {
  readonly early: Buffer[];
  readonly stopTimer: () => void;
  earlyBytes: number;
}

export class Session {
  readonly client: Socket;
  private readonly context: SessionContext;
  private state: State = { kind: "waiting" };
  private target: Endpoint | undefined;
  private hold: Hold | undefined;
  private stopBackoff: () => void = () => undefined;
  private attempts = 0;
  /** Why there is no connection to a primary, as a clause for the client's eyes. */
  private reason = "";

  constructor(client: Socket, context: SessionContext) {
    this.client = client;
    this.context = context;
    client.once("close", () => this.end("closed"));
  }

  private get isHeld(): boolean {
    return this.hold !== undefined;
  }

  /** Bytes that came from the primary so far. */
  get upstreamBytes(): number {
    return this.state.kind === "forwarding" ? this.state.upstream.bytesRead : 0;
  }

  /**
   * Called with the first route and with every later one. The same endpoint under a new epoch changes
   * nothing.
   */
  follow(route: Route): void {
    if (this.state.kind === "ended") return;
    if (route.kind === "none") this.reason = route.reason;
    const target = route.kind === "primary" ? route.endpoint : undefined;
    const isSame = target?.address === this.target?.address && target?.port === this.target?.port;
    // A session starts without a target, and with a first route of `none` it has yet to be held.
    if (isSame && (target !== undefined || this.isHeld)) return;
    this.target = target;
    if (this.state.kind === "forwarding") return this.cut();
    this.abandonDial();
    this.attempts = 0;
    if (target === undefined) this.wait();
    else this.dial(target);
  }

  /**
   * Ends both connections with a reset. The client notices at once, even one that is blocked in a read;
   * and the kernel drops what it has not yet delivered to the old primary, which would otherwise execute
   * it when it thaws.
   */
  cut(): void {
    const { state } = this;
    this.end("cut");
    if (state.kind === "forwarding") state.upstream.resetAndDestroy();
    this.client.resetAndDestroy();
  }

  /** What the client sends from now on is not read; what the primary answers still gets through. */
  freeze(): void {
    if (this.state.kind === "forwarding") this.client.pause();
  }

  thaw(): void {
    if (this.state.kind === "forwarding") this.client.resume();
  }

  private dial(target: Endpoint): void {
    const { sourceAddress, connectMs, clock } = this.context;
    const upstream = createConnection({
      host: target.address,
      port: target.port,
      noDelay: true,
      keepAlive: true,
      keepAliveInitialDelay: KEEP_ALIVE_MS,
      ...(sourceAddress === undefined ? {} : { localAddress: sourceAddress }),
    });
    const stopTimer = after(clock, connectMs, () =>
      upstream.destroy(new Error(`no answer within ${connectMs} ms`)),
    );
    this.state = { kind: "dialling", upstream, stopTimer };
    const where = `${target.address}:${target.port}`;
    let failure = "closed";
    upstream.on("error", (error) => {
      failure = error.message;
    });
    upstream.once("connect", () => this.connected(upstream));
    upstream.once("close", () =>
      this.upstreamClosed(upstream, `the primary ${where} takes no connection (${failure})`),
    );
  }

  private connected(upstream: Socket): void {
    if (this.state.kind !== "dialling" || this.state.upstream !== upstream) return;
    this.state.stopTimer();
    this.state = { kind: "forwarding", upstream };
    const { hold } = this;
    if (hold !== undefined) {
      this.endHold();
      for (const chunk of hold.early) upstream.write(chunk);
      this.context.happened("released", this);
    }
    forward(this.client, upstream);
    forward(upstream, this.client);
    this.client.resume();
  }

  private upstreamClosed(upstream: Socket, reason: string): void {
    const { state } = this;
    if (state.kind === "forwarding" && state.upstream === upstream) {
      // Whatever the primary had answered is still delivered.
      this.client.destroySoon();
    } else if (state.kind === "dialling" && state.upstream === upstream) {
      this.abandonDial();
      this.reason = reason;
      this.wait();
    }
  }

  private abandonDial(): void {
    this.stopBackoff();
    if (this.state.kind !== "dialling") return;
    const { upstream, stopTimer } = this.state;
    this.state = { kind: "waiting" };
    stopTimer();
    upstream.destroy();
  }

  /** Holds the client, and with a primary that takes no connection tries again a little later. */
  private wait(): void {
    if (!this.isHeld) this.beginHold();
    const { target } = this;
    if (this.state.kind !== "waiting" || target === undefined) return;
    const ceiling = Math.min(BACKOFF_MS_MAX, BACKOFF_MS_MIN * 2 ** this.attempts);
    this.attempts += 1;
    // Full jitter: hundreds of held clients must not knock in step.
    this.stopBackoff = after(this.context.clock, Math.random() * ceiling, () => this.dial(target));
  }

  private beginHold(): void {
    const { clock, holdMs } = this.context;
    const refusal = this.context.refusalToHold();
    if (refusal !== undefined) return this.refuse("refused-count", `${refusal}: ${this.reason}`);
    const stopTimer = after(clock, holdMs, () =>
      this.refuse("refused-time", `no primary for ${holdMs} ms: ${this.reason}`),
    );
    this.hold = { early: [], earlyBytes: 0, stopTimer };
    this.context.happened("held", this);
    this.client.on("data", this.readEarly);
    this.client.once("end", this.leave);
    this.client.resume();
  }

  private endHold(): void {
    this.hold?.stopTimer();
    this.hold = undefined;
    this.client.off("data", this.readEarly);
    this.client.off("end", this.leave);
  }

  // Only whoever reads notices that the other side has gone. A little is enough: a waiting client has
  // sent its greeting.
  private readonly readEarly = (chunk: Buffer): void => {
    if (this.hold === undefined) return;
    this.hold.early.push(chunk);
    this.hold.earlyBytes += chunk.length;
    if (this.hold.earlyBytes > EARLY_BYTES_MAX) this.client.pause();
  };

  // A held client that closes has given up, and has told its caller so: its writes must not be executed
  // later. One that closes its sending half only looks the same; Redis would end the connection, too.
  private readonly leave = (): void => {
    this.end("closed");
    this.client.destroy();
  };

  private refuse(event: "refused-time" | "refused-count", sentence: string): void {
    this.end(event);
    refuse(this.client, sentence, this.context.clock);
  }

  private end(event: SessionEvent): void {
    const { state } = this;
    if (state.kind === "ended") return;
    this.endHold();
    this.abandonDial();
    this.context.happened(event, this);
    this.state = { kind: "ended" };
    // Destroying comes last: a cut resets the connection instead.
    if (event === "closed" && state.kind === "forwarding") state.upstream.destroy();
  }
}
