// A server of the tests' own that serves the built page and tells it what a test wants: it is the page that
// is tested with it, and not an agent. What agents really tell is tested on a lab: dashboard-lab.test.ts.
import { existsSync, readFileSync } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { fileURLToPath } from "node:url";
import { afterAll, afterEach, beforeAll, beforeEach } from "vitest";
import {
  entryAnswers,
  groupAnswer,
  helloAnswer,
  incidentAnswer,
  rowAnswer,
} from "../../packages/dashboard/src/wire/events.fixture.ts";
import { openPages, type Pages } from "./pages.ts";

const folder = new URL("../../packages/baton/dist/pages/", import.meta.url);
const FILES: Readonly<Record<string, readonly [string, string]>> = {
  "/": ["index.html", "text/html; charset=utf-8"],
  "/main.js": ["main.js", "text/javascript; charset=utf-8"],
  "/style.css": ["style.css", "text/css; charset=utf-8"],
  "/icon.svg": ["icon.svg", "image/svg+xml"],
};
/** As the agent sends it. */
const POLICY = "default-src 'self'; base-uri 'none'";

interface Asked {
  readonly path: string;
  readonly authorization: string | undefined;
  readonly body: unknown;
}

interface Answer {
  readonly status: number;
  readonly body: unknown;
}

export interface ToldAgent {
  readonly url: string;
  /** Addresses of /api/live that were asked for, oldest first. */
  readonly streams: readonly string[];
  /** Requests that were to change something. */
  readonly asked: readonly Asked[];
  /** To everybody who listens now, and to those who come later in the same order. */
  tell(event: string, data: unknown): void;
  /** What is told from now on to those who come. */
  forget(): void;
  /** A pulse every 200 ms; false: none. */
  beat(isBeating: boolean, oldestTurnMs?: number | null): void;
  answer(give: (asked: Asked) => Answer): void;
  /** Cuts every connection; false: takes none until true is said. */
  listen(isListening: boolean): Promise<void>;
  close(): Promise<void>;
}

export function tellUsual(agent: ToldAgent, group: object = groupAnswer, row: object = rowAnswer): void {
  agent.tell("hello", helloAnswer);
  agent.tell("overview", { isWhole: true, at: new Date().toISOString(), rows: [row] });
  agent.tell("group", group);
  for (const entry of entryAnswers) agent.tell("journal", entry);
  agent.tell("incidents", { group: "orders", incidents: [incidentAnswer] });
}

async function bodyOf(request: IncomingMessage): Promise<unknown> {
  let text = "";
  for await (const chunk of request.setEncoding("utf8")) text += String(chunk);
  return JSON.parse(text);
}

class Told implements ToldAgent {
  readonly streams: string[] = [];
  readonly asked: Asked[] = [];
  url = "";
  readonly #server = createServer((request, response) => void this.#serve(request, response));
  readonly #listeners = new Set<ServerResponse>();
  readonly #sockets = new Set<Socket>();
  readonly #told: string[] = [];
  #give: (asked: Asked) => Answer = () => ({ status: 200, body: { result: null } });
  #port = 0;
  #timer: ReturnType<typeof setInterval> | undefined;

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = request.url ?? "/";
    response.setHeader("content-security-policy", POLICY);
    if (request.method === "POST") return await this.#change(request, response, path);
    if (path.startsWith("/api/live")) return this.#open(response, path);
    const [file, type] = FILES[path] ?? [];
    if (file === undefined || type === undefined) {
      response.writeHead(404).end();
      return;
    }
    response.writeHead(200, { "content-type": type }).end(readFileSync(new URL(file, folder)));
  }

  #open(response: ServerResponse, path: string): void {
    this.streams.push(path);
    response.writeHead(200, { "content-type": "text/event-stream", "cache-control": "no-store" });
    response.write(this.#told.join("") || ": nothing yet\n\n");
    this.#listeners.add(response);
    response.on("close", () => this.#listeners.delete(response));
  }

  async #change(request: IncomingMessage, response: ServerResponse, path: string): Promise<void> {
    const { authorization } = request.headers;
    const asked = { path, authorization, body: await bodyOf(request) };
    this.asked.push(asked);
    const { status, body } = this.#give(asked);
    response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
  }

  tell(event: string, data: unknown): void {
    const text = `event: ${event}\ndata: ${typeof data === "string" ? data : JSON.stringify(data)}\n\n`;
    if (event !== "pulse") this.#told.push(text);
    for (const listener of this.#listeners) listener.write(text);
  }

  forget(): void {
    this.#told.length = 0;
  }

  beat(isBeating: boolean, oldestTurnMs: number | null = 120): void {
    clearInterval(this.#timer);
    const beat = () => this.tell("pulse", { at: new Date().toISOString(), oldestTurnMs });
    if (isBeating) this.#timer = setInterval(beat, 200);
    if (isBeating) beat();
  }

  answer(give: (asked: Asked) => Answer): void {
    this.#give = give;
  }

  async listen(isListening: boolean): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    if (isListening) {
      await new Promise<void>((resolve) => this.#server.listen(this.#port, "127.0.0.1", resolve));
      this.#port = (this.#server.address() as AddressInfo).port;
      this.url = `http://127.0.0.1:${this.#port}/`;
    } else await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }

  async begin(): Promise<this> {
    this.#server.on("connection", (socket) => {
      this.#sockets.add(socket);
      socket.on("close", () => this.#sockets.delete(socket));
    });
    await this.listen(true);
    return this;
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    if (this.#server.listening) await this.listen(false);
  }
}

/** Beats from the beginning, and has nothing else to tell. */
async function openToldAgent(): Promise<ToldAgent> {
  const built = fileURLToPath(folder);
  if (!existsSync(built)) throw new Error(`${built} is missing: run \`npm run build\` first`);
  const agent = await new Told().begin();
  agent.beat(true);
  return agent;
}

/** One browser for all tests of a file, and an agent for each, of which `begin` is told before it. */
export function useToldPages(
  begin: (opened: { readonly pages: Pages; readonly agent: ToldAgent }) => void,
): void {
  let pages: Pages;
  let agent: ToldAgent;
  beforeAll(async () => {
    pages = await openPages();
  });
  afterAll(async () => {
    await pages.close();
  });
  beforeEach(async () => {
    agent = await openToldAgent();
    begin({ pages, agent });
  });
  afterEach(async () => {
    await agent.close();
  });
}
