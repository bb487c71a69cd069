// A door in front of a shared target, for tests: what one agent sends goes through it, and goes wrong there.
// The far side behind it is a real server, or a copy; it never knows.
import {
  createServer,
  type IncomingMessage,
  request as httpRequest,
  type ServerResponse,
} from "node:http";
import type { AddressInfo } from "node:net";
import { closeServer, listenOn } from "../../sys/sockets.ts";

/** What happens to requests; `writes` leaves reads alone. */
export type Trouble =
  | { readonly kind: "none" }
  /** Answered by the door; the far side never hears of it. */
  | {
      readonly kind: "answer";
      readonly status: number;
      readonly body: string;
      readonly headers?: Readonly<Record<string, string>>;
      readonly to: "all" | "writes";
    }
  /** Never answered; the far side never hears of it. */
  | { readonly kind: "stall"; readonly to: "all" | "writes" }
  /** Carried out; then the connection is reset instead of an answer. */
  | { readonly kind: "reset-after"; readonly to: "all" | "writes" }
  /** Carried out; its answer begins and never ends. */
  | { readonly kind: "slow-body"; readonly to: "all" | "writes" };

/** A write that was kept back. */
export interface Held {
  /** Resolves when it has come; the agent waits for its answer, or has given up. */
  readonly reached: Promise<void>;
  hasCome(): boolean;
  /** Lets it go on, also when nobody waits for its answer any more. Resolves when it was carried out. */
  release(): Promise<void>;
}

export interface Door {
  /** What the cluster file would say to reach the target through this door. */
  readonly settings: Readonly<Record<string, unknown>>;
  trouble(next: Trouble): void;
  /** Keeps back the nth write from now, 1 being the next. */
  holdWrite(nth: number): Held;
  /** How many writes went on to the far side. */
  writes(): number;
  close(): Promise<void>;
}

export interface HttpRequest {
  readonly method: string;
  readonly path: string;
  readonly body: string;
}

export interface HttpDoorOptions {
  /** `http://127.0.0.1:PORT` of the far side. */
  readonly upstream: string;
  /** Default: whatever is no GET. */
  readonly isWrite?: (request: HttpRequest) => boolean;
  readonly settingsOf: (base: string) => Readonly<Record<string, unknown>>;
}

interface Answered {
  readonly status: number;
  readonly headers: IncomingMessage["headers"];
  readonly body: Buffer;
}

async function bytesOf(stream: AsyncIterable<Buffer>): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks);
}

function forward(upstream: string, incoming: IncomingMessage, body: Buffer): Promise<Answered> {
  return new Promise((resolve, reject) => {
    const { method, url = "/" } = incoming;
    // The host stays the door's: some vendors have the whole address signed.
    const { connection: _connection, "transfer-encoding": _encoding, ...headers } = incoming.headers;
    const sent = { ...headers, "content-length": String(body.byteLength) };
    const request = httpRequest(new URL(url, upstream), { method, headers: sent, agent: false });
    request.once("error", reject);
    request.once("response", (response) => {
      const answer = async () => {
        const received = await bytesOf(response);
        return { status: response.statusCode ?? 0, headers: response.headers, body: received };
      };
      answer().then(resolve, reject);
    });
    request.end(body);
  });
}

/** One write on its way, kept back until it is released. */
export class Hold {
  isReached = false;
  private tellReached: () => void = () => undefined;
  private tellReleased: () => void = () => undefined;
  private tellDone: () => void = () => undefined;
  readonly reached = new Promise<void>((resolve) => void (this.tellReached = resolve));
  readonly done = new Promise<void>((resolve) => void (this.tellDone = resolve));
  private readonly released = new Promise<void>((resolve) => void (this.tellReleased = resolve));
  left: number;
  constructor(nth: number) {
    this.left = nth;
  }
  async pass<T>(deed: () => Promise<T>): Promise<T> {
    this.isReached = true;
    this.tellReached();
    await this.released;
    try {
      return await deed();
    } finally {
      this.tellDone();
    }
  }
  held(): Held {
    return {
      reached: this.reached,
      hasCome: () => this.isReached,
      release: async () => {
        this.tellReleased();
        if (this.isReached) await this.done;
        this.left = -1;
      },
    };
  }
}

/** A reverse proxy on loopback. */
export async function openHttpDoor(options: HttpDoorOptions): Promise<Door> {
  const { upstream, isWrite = ({ method }) => method !== "GET", settingsOf } = options;
  let present: Trouble = { kind: "none" };
  let hold: Hold | undefined;
  let writes = 0;

  async function carryOut(incoming: IncomingMessage, body: Buffer, isOne: boolean): Promise<Answered> {
    const deed = async () => {
      if (isOne) writes += 1;
      return await forward(upstream, incoming, body);
    };
    if (isOne && hold !== undefined) {
      hold.left -= 1;
      if (hold.left === 0) return await hold.pass(deed);
    }
    return await deed();
  }

  async function serve(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await bytesOf(incoming);
    const { method = "GET", url: path = "/" } = incoming;
    const isOne = isWrite({ method, path, body: body.toString("utf8") });
    const now: Trouble =
      present.kind !== "none" && present.to === "writes" && !isOne ? { kind: "none" } : present;
    if (now.kind === "stall") return;
    if (now.kind === "answer") {
      const { status, headers = { "content-type": "text/html" } } = now;
      return void response.writeHead(status, headers).end(now.body);
    }
    const { status, headers, body: answer } = await carryOut(incoming, body, isOne);
    if (now.kind === "reset-after") return void incoming.socket.resetAndDestroy();
    const { "transfer-encoding": _encoding, connection: _connection, ...kept } = headers;
    if (now.kind === "slow-body") {
      const { "content-length": _length, ...open } = kept;
      response.writeHead(status, open);
      return void response.write(answer.subarray(0, 1));
    }
    response.writeHead(status, kept).end(answer);
  }

  const server = createServer((incoming, response) => {
    serve(incoming, response).catch(() => incoming.socket.destroy());
  });
  await listenOn(server, { address: "127.0.0.1", port: 0 });
  const { port } = server.address() as AddressInfo;
  return {
    settings: settingsOf(`http://127.0.0.1:${port}`),
    trouble: (next) => void (present = next),
    holdWrite(nth) {
      hold = new Hold(nth);
      return hold.held();
    },
    writes: () => writes,
    async close() {
      server.closeAllConnections();
      await closeServer(server);
    },
  };
}
