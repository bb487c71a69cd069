// What a failed scenario leaves: a copy of its labs with configurations, logs and journals, and the path
// on the screen.
import { cpSync, existsSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestContext } from "vitest";

/**
 * Call it first in afterEach, while the lab's folder is still there. Copies nothing when the test
 * passed.
 */
export function keepEvidence({ task }: TestContext, home: string): void {
  const labs = join(home, "labs");
  if (task.result?.state !== "fail" || !existsSync(labs)) return;
  const kept = join(
    tmpdir(),
    `baton-failed-${task.name.replaceAll(/[^a-z0-9]+/gi, "-").slice(0, 60)}-${process.pid}`,
  );
  // A control socket cannot be copied, and passwords and keys should not be.
  const filter = (path: string) => !/\.(sock|key)$/.test(path) && !path.includes("/secrets");
  try {
    cpSync(labs, kept, { recursive: true, filter });
  } catch (error) {
    // Processes of the lab still run, and replace their files: what was copied until then is kept.
    process.stderr.write(`not all could be copied: ${(error as Error).message}\n`);
  }
  process.stderr.write(`the labs of "${task.name}" are kept in ${kept}\n`);
}
