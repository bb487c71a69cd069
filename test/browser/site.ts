// The documentation site as a reader has it: built as `npm run docs` builds it, and served from loopback by
// a server that knows nothing of it.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { extname, join, normalize, relative, sep } from "node:path";
import { root } from "../repo/run.ts";

export interface Site {
  /** "http://127.0.0.1:PORT" */
  readonly origin: string;
  readonly folder: string;
  readonly tookMs: number;
  /** Paths of all built pages, as a browser asks for them. */
  readonly pages: readonly string[];
  read(path: string): string;
  close(): Promise<void>;
}

const TYPES: Readonly<Record<string, string>> = {
  ".css": "text/css",
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript",
  ".json": "application/json",
  ".svg": "image/svg+xml",
  ".txt": "text/plain; charset=utf-8",
  ".woff2": "font/woff2",
};

export interface Built {
  readonly status: number | null;
  readonly output: string;
}

/** Into a folder of its own; `source` is where `.vitepress` is. */
export async function buildSite(source: string, folder: string, signal: AbortSignal): Promise<Built> {
  const bin = join(root, "node_modules/vitepress/bin/vitepress.js");
  const child = spawn(process.execPath, [bin, "build", source, "--outDir", folder], {
    cwd: root,
    signal,
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, FORCE_COLOR: undefined, NO_COLOR: "1" },
  });
  const said: string[] = [];
  child.stdout.on("data", (bytes) => said.push(String(bytes)));
  child.stderr.on("data", (bytes) => said.push(String(bytes)));
  const [status] = (await once(child, "close")) as [number | null];
  return { status, output: said.join("") };
}

function htmlBelow(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(".html"))
    .map((path) => `/${path.split(sep).join("/")}`)
    .sort();
}

/** A file below the folder, or undefined: nothing outside of it is ever read. */
export function fileFor(folder: string, url: string): string | undefined {
  const path = decodeURIComponent(new URL(url, "http://site").pathname);
  const file = join(folder, normalize(path.endsWith("/") ? `${path}index.html` : path));
  if (relative(folder, file).startsWith("..") || !existsSync(file)) return undefined;
  return file;
}

export async function openSite(signal: AbortSignal): Promise<Site> {
  const folder = mkdtempSync(join(tmpdir(), "baton-site-"));
  const startedAtMs = performance.now();
  const { status, output } = await buildSite("docs", folder, signal);
  if (status !== 0) throw new Error(`the site cannot be built:\n${output}`);
  const tookMs = performance.now() - startedAtMs;
  const server = createServer((request, response) => {
    const file = fileFor(folder, request.url ?? "/");
    const type = TYPES[extname(file ?? "")] ?? "application/octet-stream";
    response.writeHead(file === undefined ? 404 : 200, { "content-type": type });
    response.end(file === undefined ? "" : readFileSync(file));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    origin: `http://127.0.0.1:${port}`,
    folder,
    tookMs,
    pages: htmlBelow(folder),
    read: (path) => readFileSync(join(folder, path), "utf8"),
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
