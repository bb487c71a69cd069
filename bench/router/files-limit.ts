// How many files a process may have open: ten thousand sessions need twenty thousand in a proxy.
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";

const WANTED = 65_536;

export interface FilesLimit {
  readonly files: number;
  /** What to put before a command so that it gets this limit. */
  readonly command: readonly string[];
}

/** The hard limit may be raised by few: what cannot be had is left as it is. */
export function raiseFilesLimit(): FilesLimit {
  const line = /^Max open files\s+(\d+)\s+(\d+)/m.exec(readFileSync("/proc/self/limits", "utf8"));
  const hard = Number(line?.[2] ?? 1_024);
  const prefix = (files: number) => ["prlimit", `--nofile=${files}:${files}`] as const;
  const [program, ...options] = prefix(WANTED);
  try {
    execFileSync(program, [...options, "true"], { stdio: "ignore" });
    return { files: WANTED, command: prefix(WANTED) };
  } catch {
    // Not root, or a container without the right: then the hard limit is all there is.
    return { files: hard, command: prefix(hard) };
  }
}
