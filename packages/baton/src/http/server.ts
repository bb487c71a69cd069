// The agent's HTTP: health, status and journal as JSON, and the pages. It only shows; nothing here
// changes anything.
import { readFileSync } from "node:fs";
import { serve } from "@hono/node-server";
import { Hono } from "hono";
import { secureHeaders } from "hono/secure-headers";
import type { Endpoint } from "../cluster/types.ts";
import { BatonError } from "../errors.ts";
import type { JournalEntry } from "../journal/journal.ts";
import type { Status } from "../status/status.ts";

export interface HttpParts {
  readonly listen: Endpoint;
  status(): Status;
  journal(limit: number): readonly JournalEntry[];
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
  "/style.css": { file: "style.css", type: "text/css; charset=utf-8" },
};

const JOURNAL_LIMIT_MAX = 2_000;

export function routesOf(parts: HttpParts): Hono {
  const app = new Hono();
  app.use(secureHeaders({ contentSecurityPolicy: { defaultSrc: ["'self'"], baseUri: ["'none'"] } }));
  app.get("/healthz", (context) => context.text("ok\n"));
  app.get("/status", (context) => context.json(parts.status()));
  app.get("/journal", (context) => {
    const asked = Number(context.req.query("limit") ?? 50);
    if (!Number.isInteger(asked) || asked < 1 || asked > JOURNAL_LIMIT_MAX) {
      return context.json({ error: `limit is a whole number from 1 to ${JOURNAL_LIMIT_MAX}` }, 400);
    }
    return context.json({ entries: parts.journal(asked) });
  });
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
  const app = routesOf(parts);
  const server = await new Promise<ReturnType<typeof serve>>((resolve, reject) => {
    const made = serve({ fetch: app.fetch, hostname: address, port }, () => resolve(made));
    made.once("error", (cause: NodeJS.ErrnoException) => {
      const isBusy = cause.code === "EADDRINUSE" || cause.code === "EADDRNOTAVAIL";
      reject(
        isBusy
          ? new BatonError("PORT_BUSY", `${address}:${port} for HTTP: ${cause.code}`, { cause })
          : cause,
      );
    });
  });
  const host = address.includes(":") ? `[${address}]` : address;
  return {
    url: `http://${host}:${port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        if ("closeAllConnections" in server) server.closeAllConnections();
      }),
  };
}
