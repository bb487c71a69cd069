// The evidence of a drill on disk: one folder a run, named after fault and time, and `latest` beside it.
import { rm, symlink } from "node:fs/promises";
import { join } from "node:path";
import { writeFileAtomic } from "../sys/files.ts";
import { renderHtml, renderJson, renderJunit, renderMarkdown } from "./report/index.ts";
import type { DrillEvidence } from "./types.ts";

export interface RunFolder {
  readonly directory: string;
  readonly page: string;
}

/** Writes result.json, ledger.jsonl, junit.xml, report.md and report.html. @throws BatonError DISK */
export async function writeRunFolder(parent: string, evidence: DrillEvidence): Promise<RunFolder> {
  const { result, ledger } = evidence;
  const name = result.startedAt.replaceAll(/[:.]/g, "-");
  const directory = join(parent, result.fault, name);
  const page = join(directory, "report.html");
  const lines = ledger.map((entry) => JSON.stringify(entry));
  await writeFileAtomic(join(directory, "result.json"), `${renderJson(result)}\n`, 0o644);
  await writeFileAtomic(join(directory, "ledger.jsonl"), `${lines.join("\n")}\n`, 0o644);
  await writeFileAtomic(join(directory, "junit.xml"), `${renderJunit([result])}\n`, 0o644);
  await writeFileAtomic(join(directory, "report.md"), `${renderMarkdown(evidence)}\n`, 0o644);
  await writeFileAtomic(page, renderHtml(evidence), 0o644);
  const latest = join(parent, result.fault, "latest");
  await rm(latest, { force: true });
  // A file system without symbolic links (some network shares) loses a convenience, not the evidence.
  await symlink(name, latest).catch(() => undefined);
  return { directory, page };
}
