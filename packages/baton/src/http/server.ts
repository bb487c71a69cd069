// The agent's HTTP: checks for load balancers, metrics, state, history and events for those who look,
// the pages, and, with a token, the few requests that change something.
import { readFileSync } from "node:fs";
import { serve } from "@hono/node-server";
import { Hono } from "hono";
import { secureHeaders } from "hono/secure-headers";
import type { Endpoint } from "../cluster/types.ts";
import { BatonError } from "../errors.ts";
import { isWanted, parseSince, SINCE_EXPECTED } from "../journal/history.ts";
import type { Incident } from "../journal/incidents.ts";
import type { Journal } from "../journal/journal.ts";
import type { Status } from "../status/status.ts";
import { addChanges, type HttpActions } from "./changes.ts";
import { addChecks, type HttpChecks } from "./checks.ts";
import { openEvents } from "./events.ts";
import { openLive } from "./live.ts";
import type { LiveSource } from "./live-source.ts";
import { addStreams, type Hubs } from "./streams.ts";

export interface HttpParts {
  readonly listen: Endpoint;
  status(): Status;
  readonly journal: Pick<Journal, "latest" | "after" | "subscribe">;
  readonly checks: HttpChecks;
  /** What /api/live tells. */
  readonly live: LiveSource;
  /** From the journal on disk, oldest first. @throws BatonError DISK */
  incidents(): Promise<readonly Incident[]>;
  /** Prometheus' text format. */
  metrics(): Promise<{ readonly contentType: string; readonly text: string }>;
  /** What is known of the targets, added to /api/state; undefined when there are none. */
  targets?(): unknown;
  /** What must come with a request that changes something; undefined: none is taken. */
  readonly token: string | undefined;
  /** Undefined: there is nothing that could be changed, and no route for it. */
  readonly actions: HttpActions | undefined;
  /** Milliseconds since 1970, for `?since=15m`. */
  wallMs(): number;
  /** A request has met a bug; it was answered with 500. */
  onBug(error: Error): void;
  /** Folder with the built pages. */
  readonly pages: URL;
}

export interface HttpServer {
  readonly url: string;
  close(): Promise<void>;
}

const PAGES: Readonly<Record<string, { readonly file: string; readonly type: string }>> = {
  "/": { file: "index.html", type: "text/html; charset=utf-8" },
  "/main.js": { file: "main.js", type: "text/javascript; charset=utf-8" },
  "/icon.svg": { file: "icon.svg", type: "image/svg+xml" },
  "/style.css": { file: "style.css", type: "text/css; charset=utf-8" },
};

const JOURNAL_LIMIT_MAX = 2_000;
const NO_STORE = { "cache-control": "no-store" };

function addState(app: Hono, parts: HttpParts): void {
  app.get("/status", (context) => context.json(parts.status()));
  app.get("/api/state", (context) => {
    const targets = parts.targets?.();
    const state = targets === undefined ? parts.status() : { ...parts.status(), targets };
    return context.json(state, 200, NO_STORE);
  });
  app.get("/journal", (context) => {
    const asked = Number(context.req.query("limit") ?? 50);
    if (!Number.isInteger(asked) || asked < 1 || asked > JOURNAL_LIMIT_MAX) {
      return context.json({ error: `limit is a whole number from 1 to ${JOURNAL_LIMIT_MAX}` }, 400);
    }
    return context.json({ entries: parts.journal.latest(asked) });
  });
  app.get("/metrics", async (context) => {
    const { contentType, text } = await parts.metrics();
    return context.body(text, 200, { "content-type": contentType, ...NO_STORE });
  });
}

function addHistory(app: Hono, parts: HttpParts): void {
  // The journal may have 16 MiB: it is read once for all who ask at the same time.
  let reading: Promise<readonly Incident[]> | undefined;
  const read = () => {
    reading ??= parts.incidents().finally(() => {
      reading = undefined;
    });
    return reading;
  };
  app.get("/api/history", async (context) => {
    const { group, since } = context.req.query();
    const { groups } = parts.checks;
    if (group !== undefined && !groups.includes(group))
      return context.json({ error: `no group of that name; there are: ${groups.join(", ")}` }, 400);
    const sinceMs = since === undefined ? undefined : parseSince(since, parts.wallMs());
    if (since !== undefined && sinceMs === undefined)
      return context.json({ error: `since is ${SINCE_EXPECTED}` }, 400);
    const incidents = (await read()).filter((incident) => isWanted(incident, { group, sinceMs }));
    return context.json({ observedBy: parts.live.about.observedBy, incidents }, 200, NO_STORE);
  });
}

export function hubsOf({ journal, live, token, actions }: HttpParts): Hubs {
  const canChange = token !== undefined && actions !== undefined;
  return { events: openEvents({ journal }), live: openLive({ source: live, canChange }) };
}

export function closeHubs({ events, live }: Hubs): void {
  events.close();
  live.close();
}

export function routesOf(parts: HttpParts, hubs: Hubs): Hono {
  const app = new Hono();
  app.use(secureHeaders({ contentSecurityPolicy: { defaultSrc: ["'self'"], baseUri: ["'none'"] } }));
  app.onError((error, context) => {
    if (error instanceof BatonError) return context.json({ error: error.message }, 500);
    parts.onBug(error);
    return context.json({ error: "a bug of Baton; the agent's log tells more" }, 500);
  });
  addChecks(app, parts.checks);
  addState(app, parts);
  addHistory(app, parts);
  addStreams(app, hubs, parts.live.groups);
  if (parts.actions !== undefined) addChanges(app, parts.token, parts.actions);
  for (const [path, { file, type }] of Object.entries(PAGES)) {
    app.get(path, (context) => {
      const body = readFileSync(new URL(file, parts.pages));
      return context.body(body, 200, { "content-type": type, "cache-control": "no-cache" });
    });
  }
  return app;
}

/** @throws BatonError PORT_BUSY when the address is taken. */
export async function openHttp(parts: HttpParts): Promise<HttpServer> {
  const { address, port } = parts.listen;
  const hubs = hubsOf(parts);
  const app = routesOf(parts, hubs);
  const server = await new Promise<ReturnType<typeof serve>>((resolve, reject) => {
    const made = serve({ fetch: app.fetch, hostname: address, port }, () => resolve(made));
    made.once("error", (cause: NodeJS.ErrnoException) => {
      closeHubs(hubs);
      const isBusy = cause.code === "EADDRINUSE" || cause.code === "EADDRNOTAVAIL";
      reject(
        isBusy
          ? new BatonError("PORT_BUSY", `${address}:${port} for HTTP: ${cause.code}`, { cause })
          : cause,
      );
    });
  });
  const host = address.includes(":") ? `[${address}]` : address;
  const bound = server.address();
  return {
    url: `http://${host}:${typeof bound === "object" && bound !== null ? bound.port : port}`,
    close: () =>
      new Promise((resolve) => {
        closeHubs(hubs);
        server.close(() => resolve());
        if ("closeAllConnections" in server) server.closeAllConnections();
      }),
  };
}
