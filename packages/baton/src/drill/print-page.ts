// A report's page as a PDF, printed by a Chromium of this machine: of its own profile, without network,
// ended for certain.
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { BatonError } from "../errors.ts";
import { slowness, systemClock } from "../sys/clock.ts";
import { readTextFile, writeFileAtomic } from "../sys/files.ts";
import { findBinary } from "../sys/processes.ts";
import { type ProgramCommand, startChild } from "./workload/child.ts";

/** As Debian, Ubuntu and Google call it. */
const BROWSERS = [
  "chromium",
  "chromium-browser",
  "google-chrome",
  "google-chrome-stable",
  "chromium-headless-shell",
];
const PRINT_MS = 60_000;
const PAGE_BYTES_MAX = 4 << 20;
const GRACE_MS = 2_000;

/** @throws BatonError BROWSER_MISSING */
export function findBrowser({ PATH }: NodeJS.ProcessEnv): string {
  for (const name of BROWSERS) {
    try {
      return findBinary(name, PATH);
    } catch (error) {
      if (!(error instanceof BatonError)) throw error;
    }
  }
  throw new BatonError("BROWSER_MISSING", `none of ${BROWSERS.join(", ")} is on the PATH`);
}

const HEAD =
  `<!doctype html>\n<html lang="en"><head><meta charset="utf-8"/>` +
  `<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'`;
/** Text from outside is escaped in a page of ours: whatever else does one of these was not written by us. */
const METAS = 3;
const STRANGE = /<(?:script|iframe|frame|object|embed|link|base|form|img|a)\b/iu;

/** Root's Chromium runs without a sandbox: it gets nothing but a page that Baton wrote. */
export function isOwnPage(text: string): boolean {
  return text.startsWith(HEAD) && !STRANGE.test(text) && text.split(/<meta\b/iu).length - 1 === METAS;
}

function commandOf(browser: string, folder: string, isRoot: boolean): ProgramCommand {
  return [
    browser,
    "--headless",
    ...(isRoot ? ["--no-sandbox"] : []),
    "--disable-gpu",
    "--disable-extensions",
    "--disable-background-networking",
    "--disable-breakpad",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--no-default-browser-check",
    // No name is one that it could ask for.
    "--host-resolver-rules=MAP * ~NOTFOUND",
    `--user-data-dir=${join(folder, "profile")}`,
    "--no-pdf-header-footer",
    `--print-to-pdf=${join(folder, "report.pdf")}`,
    pathToFileURL(join(folder, "report.html")).href,
  ];
}

export interface PrintOptions {
  readonly browser: string;
  readonly page: string;
  readonly file: string;
  readonly environment: NodeJS.ProcessEnv;
  readonly signal: AbortSignal;
}

async function print(command: ProgramCommand, { environment, signal }: PrintOptions): Promise<void> {
  const child = await startChild(command, environment);
  // What it says on its standard output is nobody's, and must not fill the pipe.
  child.streams.stdout.resume();
  const over = new AbortController();
  const limits = AbortSignal.any([signal, over.signal]);
  const late = systemClock.sleep(PRINT_MS * slowness(), limits).then(
    () => "late" as const,
    () => "aborted" as const,
  );
  const how = await Promise.race([child.ended, late]);
  over.abort();
  await child.end(how === "late" || how === "aborted" ? 0 : GRACE_MS);
  signal.throwIfAborted();
  if (how === "late")
    throw new BatonError("NOT_READY", `${command[0]}: no PDF within ${PRINT_MS * slowness()} ms`);
  if (how !== "exit code 0")
    throw new BatonError("UNABLE", `${command[0]} ended with ${how}: ${child.lastWords()}`);
}

/**
 * @throws BatonError DISK, NOT_READY when it takes too long, UNABLE when the page is none of Baton's or the
 *   browser could not print it; the signal's reason.
 */
export async function printPage(options: PrintOptions): Promise<void> {
  const { browser, page, file } = options;
  const text = await readTextFile(page, PAGE_BYTES_MAX);
  if (!isOwnPage(text))
    throw new BatonError("UNABLE", `${page} is no report of Baton, or was changed: it is not printed`);
  const folder = await mkdtemp(join(tmpdir(), "baton-pdf-"));
  try {
    // A copy: what was looked at is what is printed.
    await writeFileAtomic(join(folder, "report.html"), text);
    await print(commandOf(browser, folder, process.getuid?.() === 0), options);
    const pdf = await readFile(join(folder, "report.pdf")).catch(() => undefined);
    if (pdf?.subarray(0, 5).toString("latin1") !== "%PDF-")
      throw new BatonError("UNABLE", `${browser} ended well, and left no PDF`);
    await writeFileAtomic(file, pdf, 0o644);
  } finally {
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}
