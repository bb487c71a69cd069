// A vitest reporter that ends the run with what failed and one plain line, so that a run without a test never
// looks like a pass, and the end of a log is enough. A test that held only when it was tried again is told
// with why. Of several runs that count as one, each leaves its counts for whoever adds them up.
import { writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import type { Reporter, SerializedError, TestModule } from "vitest/node";

/** As much of a message as says what was found and what was expected, however long what was compared is. */
const MESSAGE_LINES = 12;
const MESSAGE_CHARACTERS = 1_200;
const FRAMES = 4;

function told(what: string, where: string, errors: readonly SerializedError[]): string {
  const { message = "no message", stacks = [] } = errors[0] ?? {};
  const lines = message.slice(0, MESSAGE_CHARACTERS).split("\n").slice(0, MESSAGE_LINES);
  const frames = stacks
    .slice(0, FRAMES)
    .map(({ file, line }) => `at ${relative(process.cwd(), file)}:${line}`);
  return [`${what}: ${where}`, ...[...lines, ...frames].map((line) => `  ${line}`)].join("\n");
}

/** What failed outside of a test: a file that cannot be read, a hook before or after tests. */
function brokenAround(module: TestModule, file: string): string[] {
  const suites = [...module.children.allSuites()].filter((suite) => suite.errors().length > 0);
  const around = suites.map((suite) => told("failed", `${file} > ${suite.fullName}`, suite.errors()));
  return module.errors().length > 0 ? [told("failed", file, module.errors()), ...around] : around;
}

class ClosingLine implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], errors: readonly SerializedError[]): void {
    let passed = 0;
    let skipped = 0;
    const again: string[] = [];
    const failures = errors.map((error) => told("failed", "outside of every test", [error]));
    for (const module of modules) {
      const file = `${module.project.name} ${relative(process.cwd(), module.moduleId)}`;
      failures.push(...brokenAround(module, file));
      for (const test of module.children.allTests()) {
        const result = test.result();
        const where = `${file} > ${test.fullName}`;
        if (result.state === "failed") failures.push(told("failed", where, result.errors));
        else if (result.state === "passed") passed += 1;
        else skipped += 1;
        if (result.state === "passed" && test.diagnostic()?.flaky === true)
          again.push(told("held at the second try", where, result.errors ?? []));
      }
    }
    if (passed + failures.length === 0) process.exitCode = 1;
    const folder = process.env["BATON_TEST_COUNTS"];
    if (folder !== undefined) {
      writeFileSync(
        join(folder, `${process.pid}.json`),
        JSON.stringify({ passed, failures, skipped, again }),
      );
      return;
    }
    const line = `${passed} passed, ${failures.length} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`;
    process.once("exit", () => process.stdout.write([...again, ...failures, line, ""].join("\n")));
  }
}

export default ClosingLine;
