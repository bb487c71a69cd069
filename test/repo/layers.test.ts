import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { root, runTool } from "./run.ts";

test("every layer imports only what its row in ARCHITECTURE allows", () => {
  const { status, output } = runTool("depcruise", ["packages", "--config", ".dependency-cruiser.mjs"]);
  const [, modules] = /(\d+) modules/.exec(output) ?? [];
  // With a TypeScript that it cannot use, the tool reports success over zero modules.
  expect(Number(modules), output).toBeGreaterThan(100);
  expect(output).toContain("no dependency violations found");
  expect(status).toBe(0);
});

test("the rules find a deciding part that reads the clock, the disk or the lab", () => {
  const folder = mkdtempSync(join(tmpdir(), "baton-layers-"));
  const write = (path: string, text: string) => {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  };
  try {
    write("tsconfig.json", "{}");
    write("packages/baton/src/sys/clock.ts", "export const now = 1;\n");
    write("packages/baton/src/lab/index.ts", "export const lab = 1;\n");
    const imports = [`import "../sys/clock.ts";`, `import "../lab/index.ts";`, `import "node:fs";`];
    write("packages/baton/src/decide/bad.ts", `${imports.join("\n")}\n`);
    const { output, status } = runTool(
      "depcruise",
      ["packages", "--config", join(root, ".dependency-cruiser.mjs")],
      folder,
    );
    expect(output).toMatch(/decide-imports-only-its-row.*bad\.ts → .*clock\.ts/);
    expect(output).toMatch(/decide-imports-only-its-row.*bad\.ts → .*lab/);
    expect(output).toMatch(/decide-is-pure.*bad\.ts → fs/);
    expect(status).not.toBe(0);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
