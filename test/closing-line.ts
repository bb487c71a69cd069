// A vitest reporter that ends the run with one plain line, so that a run without a test never looks
// like a pass. Of several runs that count as one, each leaves its counts for whoever adds them up.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Reporter, TestModule } from "vitest/node";

class ClosingLine implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], errors: readonly unknown[]): void {
    let passed = 0;
    let failed = errors.length;
    let skipped = 0;
    for (const module of modules) {
      for (const test of module.children.allTests()) {
        const { state } = test.result();
        if (state === "passed") passed += 1;
        else if (state === "failed") failed += 1;
        else skipped += 1;
      }
      if (module.state() === "failed" && module.children.size === 0) failed += 1;
    }
    if (passed + failed === 0) process.exitCode = 1;
    const folder = process.env["BATON_TEST_COUNTS"];
    if (folder !== undefined) {
      const counts = JSON.stringify({ passed, failed, skipped });
      writeFileSync(join(folder, `${process.pid}.json`), counts);
      return;
    }
    const line = `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`;
    process.once("exit", () => process.stdout.write(`${line}\n`));
  }
}

export default ClosingLine;
