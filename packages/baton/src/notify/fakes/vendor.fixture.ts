// A vendor's door for messages, for tests: it keeps state, holds each request against what the vendor's
// public documents say of it, and goes wrong when a test says so.
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { Ajv, type AnySchema, type ValidateFunction } from "ajv";
import { closeServer, listenOn } from "../../sys/sockets.ts";

export interface VendorRequest {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly params: readonly string[];
  readonly headers: IncomingMessage["headers"];
  readonly body: Readonly<Record<string, unknown>>;
}

export interface VendorReply {
  readonly status: number;
  /** Text as it is, everything else as JSON. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface VendorRoute {
  readonly method: string;
  readonly pattern: RegExp;
  /** What a body has to look like. */
  readonly schema: AnySchema;
  readonly handle: (request: VendorRequest) => VendorReply;
}

/** What happens to requests, until a test says something else. */
export type Trouble =
  | { readonly kind: "none" }
  | { readonly kind: "answer"; readonly reply: VendorReply }
  /** Never answered. */
  | { readonly kind: "stall" }
  | { readonly kind: "reset" }
  /** The answer begins, and never ends. */
  | { readonly kind: "slow" };

export interface Vendor {
  readonly base: string;
  /** Those that were taken. */
  readonly taken: readonly VendorRequest[];
  trouble(next: Trouble): void;
  /** @throws Error with all that was against the vendor's documents. */
  close(): Promise<void>;
}

interface Compiled extends VendorRoute {
  readonly validate: ValidateFunction;
}

async function textOf(incoming: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks).toString("utf8");
}

function write(response: ServerResponse, { status, body, headers = {} }: VendorReply): void {
  const isText = typeof body === "string";
  const type = isText ? "text/html" : "application/json";
  const text = body === undefined ? "" : isText ? body : JSON.stringify(body);
  response.writeHead(status, { "content-type": type, ...headers }).end(text);
}

interface Asked {
  readonly method: string;
  readonly url: URL;
  readonly headers: IncomingMessage["headers"];
  readonly text: string;
}

/** Holds each request against its schema, and lets its route answer. */
class Desk {
  readonly violations: string[] = [];
  readonly taken: VendorRequest[] = [];
  private readonly ajv = new Ajv({ strict: false, allErrors: true });
  private readonly routes: readonly Compiled[];

  constructor(routes: readonly VendorRoute[]) {
    this.routes = routes.map((route) => ({ ...route, validate: this.ajv.compile(route.schema) }));
  }

  judge({ method, url, headers, text }: Asked): VendorReply {
    const { pathname: path, searchParams: query } = url;
    const where = `${method} ${path}`;
    for (const { pattern, method: own, validate, handle } of this.routes) {
      const match = own === method ? pattern.exec(path) : null;
      if (match === null) continue;
      const body = JSON.parse(text) as Readonly<Record<string, unknown>>;
      if (!validate(body))
        this.violations.push(`${where}: ${this.ajv.errorsText(validate.errors ?? null)}`);
      if (!headers["content-type"]?.startsWith("application/json"))
        this.violations.push(`${where}: content-type ${headers["content-type"]}`);
      const params = match.slice(1).map((one) => decodeURIComponent(one));
      const request = { method, path, query, params, headers, body };
      const reply = handle(request);
      if (reply.status < 300) this.taken.push(request);
      return reply;
    }
    this.violations.push(`${where}: there is no such request`);
    return { status: 404, body: { message: "not found" } };
  }
}

export async function openVendor(routes: readonly VendorRoute[]): Promise<Vendor> {
  const desk = new Desk(routes);
  let present: Trouble = { kind: "none" };

  async function serve(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const text = await textOf(incoming);
    const { method = "GET", url = "/", headers } = incoming;
    switch (present.kind) {
      case "stall":
        return;
      case "reset":
        return void incoming.socket.resetAndDestroy();
      case "slow":
        response.writeHead(200, { "content-type": "application/json" });
        return void response.write("{");
      case "answer":
        return write(response, present.reply);
      case "none":
        return write(
          response,
          desk.judge({ method, url: new URL(url, "http://vendor"), headers, text }),
        );
    }
  }

  const server = createServer((incoming, response) => {
    serve(incoming, response).catch(() => incoming.socket.destroy());
  });
  await listenOn(server, { address: "127.0.0.1", port: 0 });
  const { port } = server.address() as AddressInfo;
  return {
    base: `http://127.0.0.1:${port}`,
    taken: desk.taken,
    trouble: (next) => void (present = next),
    async close() {
      server.closeAllConnections();
      await closeServer(server);
      if (desk.violations.length > 0) throw new Error(desk.violations.join("\n"));
    },
  };
}
