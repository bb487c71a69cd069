// A vendor's API that keeps state, for tests: routes of one vendor, each request and reply held against the
// vendor's own document. What was wrong with them fails the test when the fake is closed.
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { closeServer, listenOn } from "../../sys/sockets.ts";
import type { Contract } from "./contract.fixture.ts";

export interface FakeRequest {
  readonly method: string;
  /** With its query, without the prefix that the document does not have. */
  readonly path: string;
  readonly query: URLSearchParams;
  /** What the groups of the route's pattern have matched. */
  readonly params: readonly string[];
  readonly headers: IncomingMessage["headers"];
  /** Parsed; undefined when there is none, and for a form. */
  readonly body: unknown;
  readonly text: string;
  /** Whole, as the client sees it. */
  readonly url: string;
}
export interface FakeReply {
  readonly status: number;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  /** What the vendor does, and its document does not have: not held against it. */
  readonly isUndocumented?: boolean;
}
export type FakeRoute = readonly [
  method: string,
  pattern: RegExp,
  handle: (request: FakeRequest) => FakeReply | Promise<FakeReply>,
];

export interface FakeApiOptions {
  /** Of the document's paths, in front of which the server has them: `/1.0`. */
  readonly prefix?: string;
  /** undefined where the document is absent: the test has said so. */
  readonly contract: Contract | undefined;
  readonly routes: readonly FakeRoute[];
  /** Answers before any route: authentication, limits. */
  readonly before?: (request: FakeRequest) => FakeReply | undefined;
  readonly unknown: (request: FakeRequest) => FakeReply;
}

export interface FakeApi {
  /** `http://127.0.0.1:PORT` */
  readonly base: string;
  /** Every request that came, in order: METHOD PATH. */
  readonly requests: readonly string[];
  /** @throws Error with everything that was against the vendor's document. */
  close(): Promise<void>;
}

async function textOf(incoming: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks).toString("utf8");
}

export async function openFakeApi(options: FakeApiOptions): Promise<FakeApi> {
  const { prefix = "", contract, routes, before, unknown } = options;
  const violations: string[] = [];
  const requests: string[] = [];

  async function replyTo(request: FakeRequest): Promise<FakeReply> {
    const early = before?.(request);
    if (early !== undefined) return early;
    const [plain = ""] = request.path.split("?");
    for (const [method, pattern, handle] of routes) {
      const match = method === request.method ? pattern.exec(plain) : null;
      if (match !== null) {
        return await handle({
          ...request,
          params: match.slice(1).map((one) => decodeURIComponent(one)),
        });
      }
    }
    return unknown(request);
  }

  async function serve(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const text = await textOf(incoming);
    const { method = "GET", url = "/", headers } = incoming;
    const path = url.startsWith(prefix) ? url.slice(prefix.length) : url;
    requests.push(`${method} ${path}`);
    const isForm = headers["content-type"]?.includes("x-www-form-urlencoded") === true;
    const body: unknown = text === "" || isForm ? undefined : JSON.parse(text);
    const query = new URLSearchParams(url.split("?")[1] ?? "");
    const whole = `http://${headers.host ?? ""}${url}`;
    const request = { method, path, query, params: [], headers, body, text, url: whole };
    const reply = await replyTo(request);
    if (reply.isUndocumented !== true) {
      violations.push(...(contract?.request(request) ?? []));
      violations.push(...(contract?.reply(request, reply.status, reply.body) ?? []));
    }
    const isPage = typeof reply.body === "string" && reply.body.startsWith("<");
    const isLine = typeof reply.body === "string" && reply.headers?.["content-type"] === "text/plain";
    const type = isPage ? "text/html" : "application/json";
    response.writeHead(reply.status, { "content-type": type, ...reply.headers });
    const isEmpty = reply.body === undefined || reply.status === 204;
    const isAsIs = isPage || isLine;
    response.end(isEmpty ? undefined : isAsIs ? reply.body : JSON.stringify(reply.body));
  }

  const server = createServer((incoming, response) => {
    serve(incoming, response).catch((error: unknown) => {
      violations.push(`${incoming.method} ${incoming.url}: the fake failed: ${String(error)}`);
      response.destroy();
    });
  });
  await listenOn(server, { address: "127.0.0.1", port: 0 });
  const { port } = server.address() as AddressInfo;
  return {
    base: `http://127.0.0.1:${port}`,
    requests,
    async close() {
      server.closeAllConnections();
      await closeServer(server);
      if (violations.length > 0) throw new Error([...new Set(violations)].slice(0, 20).join("\n"));
    },
  };
}
