// baton drill report: the page of an earlier drill as a PDF.
import { dirname, join, relative, resolve } from "node:path";
import { stat } from "node:fs/promises";
import { findBrowser, printPage } from "../drill/print-page.ts";
import { BatonError, EXIT } from "../errors.ts";
import type { Command } from "./command.ts";

/** The folder of a run, or the page in it. @throws BatonError USAGE */
async function pageOf(asked: string): Promise<string> {
  const path = resolve(asked);
  const isFolder = (await stat(path).catch(() => undefined))?.isDirectory();
  if (isFolder === undefined) throw new BatonError("USAGE", `there is no ${asked}`);
  return isFolder ? join(path, "report.html") : path;
}

export const drillReport: Command = {
  id: "drill report",
  summary: "print the page of an earlier drill as a PDF",
  examples: [
    {
      line: "baton drill report baton-runs/kill-primary/latest",
      remark: "report.pdf beside its report.html, by a Chromium of this machine",
    },
    { line: "baton drill report baton-runs/kill-primary/latest --pdf drill.pdf", remark: "elsewhere" },
  ],
  arguments: [{ name: "<folder>", summary: "of the run: baton-runs/FAULT/TIME" }],
  options: [{ flags: "--pdf <file>", summary: "where to; report.pdf in that folder by default" }],
  async run({ folder, pdf }, { environment, signal, terminal }) {
    const page = await pageOf(String(folder));
    const file = typeof pdf === "string" ? resolve(pdf) : join(dirname(page), "report.pdf");
    await printPage({ browser: findBrowser(environment), page, file, environment, signal });
    terminal.out(relative(process.cwd(), file) || file);
    return EXIT.fine;
  },
};
