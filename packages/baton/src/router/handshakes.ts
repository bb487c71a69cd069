// The TLS handshakes of clients: how many at a time, for how long, and what is left of the ones that fail.
import type { Socket } from "node:net";
import { TLSSocket } from "node:tls";
import type { Clock } from "../sys/clock.ts";
import { contextOf, type TlsMaterial } from "../sys/tls.ts";
import { after } from "./deadline.ts";
import { carriedBy } from "./reset.ts";

/** From the accept on, the wait for a turn included. */
const HANDSHAKE_MS = 10_000;
/**
 * One that goes on has some tens of kilobytes and, on its turn, a millisecond of this process; one that
 * waits has a socket that nobody reads. All who come at once after a restart get their turn.
 */
const HANDSHAKES_MAX = 256;

export interface HandshakesOptions {
  readonly material: TlsMaterial;
  readonly clock: Clock;
  /** At a time; the default suits everything but tests. */
  readonly max?: number;
  readonly withinMs?: number;
}

interface Arrival {
  readonly carrier: Socket;
  readonly admit: (client: Socket) => void;
}

export class Handshakes {
  /** Plain text, no common version, or too late. Who left without a byte, as a check does, is not counted. */
  failures = 0;
  private readonly options: HandshakesOptions;
  private readonly max: number;
  private readonly waiting: Arrival[] = [];
  private running = 0;

  constructor(options: HandshakesOptions) {
    this.options = options;
    this.max = options.max ?? HANDSHAKES_MAX;
    // What is no certificate has to be found now, and not by the first client.
    contextOf(options.material);
  }

  /**
   * `admit` gets the encrypted connection, paused, once both sides agree; without agreement the carrier is
   * destroyed, which is all that can be said to a client that does not speak TLS. `carrier`: paused; what
   * was put back into it is read first.
   */
  begin(carrier: Socket, admit: (client: Socket) => void): void {
    const { clock, withinMs = HANDSHAKE_MS } = this.options;
    const stopTimer = after(clock, withinMs, () => {
      this.failures += 1;
      carrier.off("close", left).destroy();
    });
    const left = () => {
      stopTimer();
      if (carrier.bytesRead > 0) this.failures += 1;
    };
    carrier.once("close", left);
    this.waiting.push({
      carrier,
      admit: (client) => {
        stopTimer();
        carrier.off("close", left);
        admit(client);
      },
    });
    this.goOn();
  }

  private goOn(): void {
    while (this.running < this.max) {
      const next = this.waiting.shift();
      if (next === undefined) return;
      if (!next.carrier.destroyed) this.run(next);
    }
  }

  private run({ carrier, admit }: Arrival): void {
    const secureContext = contextOf(this.options.material);
    const client = new TLSSocket(carrier, { isServer: true, secureContext });
    carriedBy(client, carrier);
    this.running += 1;
    const abandon = () => client.destroy();
    const leave = () => {
      client.off("close", leave).off("end", abandon);
      this.running -= 1;
      this.goOn();
    };
    // 'close' follows every error, and is what the session listens to.
    client.on("error", () => undefined).once("close", leave);
    // Half-open connections are for sessions.
    client.once("end", abandon);
    // A server's socket tells of records that are spoilt later by this event only, and lives on.
    client.on("_tlsError", () => client.destroy());
    client.once("secure", () => {
      leave();
      // A client that has left since is gone: sessions listen for that only from now on.
      if (!client.destroyed) admit(client.pause());
    });
  }
}
