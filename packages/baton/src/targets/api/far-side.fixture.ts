// A server on loopback that answers as a test says, for tests of the door to vendors' APIs.
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { createServer as createTlsServer, type ServerOptions } from "node:https";
import type { AddressInfo } from "node:net";
import { z } from "zod";
import { closeServer, listenOn } from "../../sys/sockets.ts";
import { type Api, type ApiOptions, type Asked, openApi } from "./api.ts";
import type { Pacer } from "./pacer.ts";

/** With every character that JSON or a path would write in another way. */
export const SECRET = 's3cr3t/of"tests';
export const unended = new AbortController().signal;
const unpaced: Pacer = { turn: () => Promise.resolve() };
export const LOOK: Asked<{ n: number }> = {
  method: "GET",
  path: "/things/1",
  reply: z.object({ n: z.int() }),
};

export interface Heard {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingMessage["headers"];
  readonly body: string;
}

export type Answering = (response: ServerResponse, heard: Heard) => void;

export interface FarSide {
  readonly base: string;
  /** Every request that came, in order. */
  readonly heard: readonly Heard[];
  /** How many connections are open. */
  connections(): Promise<number>;
  answer(next: Answering): void;
  close(): Promise<void>;
}

/** With `tls` it speaks HTTPS. */
export async function openFarSide(first: Answering, tls?: ServerOptions): Promise<FarSide> {
  const heard: Heard[] = [];
  let answering = first;
  async function serve(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of incoming as AsyncIterable<Buffer>) chunks.push(chunk);
    const { method = "", url = "", headers } = incoming;
    const one = { method, url, headers, body: Buffer.concat(chunks).toString("utf8") };
    heard.push(one);
    answering(response, one);
  }
  const listener = (incoming: IncomingMessage, response: ServerResponse) => {
    serve(incoming, response).catch(() => incoming.socket.destroy());
  };
  const server = tls === undefined ? createServer(listener) : createTlsServer(tls, listener);
  await listenOn(server, { address: "127.0.0.1", port: 0 });
  const { port } = server.address() as AddressInfo;
  return {
    base: `${tls === undefined ? "http" : "https"}://127.0.0.1:${port}`,
    heard,
    connections: () =>
      new Promise((resolve, reject) => {
        server.getConnections((error, count) => (error === null ? resolve(count) : reject(error)));
      }),
    answer: (next) => void (answering = next),
    async close() {
      server.closeAllConnections();
      await closeServer(server);
    },
  };
}

const toClose: { close(): Promise<unknown> }[] = [];

/** To be given to `closeAll`. */
export function closeLater(one: { close(): Promise<unknown> }): void {
  toClose.push(one);
}

/** After each test: what was opened last goes first. */
export async function closeAll(): Promise<void> {
  for (const one of toClose.splice(0).toReversed()) await one.close();
}

export async function farSide(answering: Answering): Promise<FarSide> {
  const far = await openFarSide(answering);
  closeLater(far);
  return far;
}

export function apiTo(base: string, more: Partial<ApiOptions> = {}): Api {
  const sign = () => ({ authorization: `Bearer ${encodeURIComponent(SECRET)}` });
  const api = openApi({ vendor: "Vendor", base, pacer: unpaced, secrets: [SECRET], sign, ...more });
  closeLater(api);
  return api;
}

export const json =
  (status: number, body: unknown, headers: Readonly<Record<string, string>> = {}): Answering =>
  (response) => {
    response.writeHead(status, { "content-type": "application/json", ...headers });
    response.end(JSON.stringify(body));
  };

export const html =
  (status: number, body: string, headers: Readonly<Record<string, string>> = {}): Answering =>
  (response) => {
    response.writeHead(status, { "content-type": "text/html", ...headers }).end(body);
  };

/** What is thrown; a success is a mistake. */
export async function errorOf(deed: Promise<unknown>): Promise<Error> {
  const error: unknown = await deed.then(
    () => new Error("it succeeded"),
    (thrown: unknown) => thrown,
  );
  return error as Error;
}

export async function askOnce(answering: Answering, asked: Asked<unknown> = LOOK): Promise<Error> {
  const { base } = await farSide(answering);
  return await errorOf(apiTo(base).ask(asked, unended));
}
