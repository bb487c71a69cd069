// Looks for passwords among the arguments of every process of this machine. The processes of test hosts are
// among them: what runs in a container has a number out here, too.
import { readdirSync, readFileSync } from "node:fs";

export interface ArgumentWatch {
  /** Looks again and again until the work is over. */
  during(work: Promise<unknown>): void;
  /** Command lines that held one. */
  found(): readonly string[];
}

const EVERY_MS = 100;

function commandLines(): readonly string[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      try {
        return [readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ")];
      } catch {
        // It ended while we looked.
        return [];
      }
    });
}

export function watchArguments(passwords: readonly string[]): ArgumentWatch {
  const found = new Set<string>();
  const look = (): void => {
    for (const line of commandLines())
      if (passwords.some((password) => line.includes(password))) found.add(line);
  };
  return {
    during(work) {
      const timer = setInterval(look, EVERY_MS);
      const end = (): void => clearInterval(timer);
      work.then(end, end);
    },
    found() {
      look();
      return [...found];
    },
  };
}
