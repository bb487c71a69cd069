import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { root, runTool } from "./run.ts";

const CLIENT = join(root, "packages/client");
const PAGES = ["packages/client/README.md", "clients/node/README.md"];

interface Manifest {
  readonly exports: Readonly<Record<string, { readonly types: string; readonly default: string }>>;
}
const manifest = JSON.parse(readFileSync(join(CLIENT, "package.json"), "utf8")) as Manifest;

// The package as somebody has it who has installed it, with only the libraries beside it.
let consumer: string;

beforeAll(() => {
  consumer = mkdtempSync(join(tmpdir(), "baton-consumer-"));
  const installed = join(consumer, "node_modules/redis-baton-client");
  mkdirSync(join(consumer, "node_modules"), { recursive: true });
  for (const name of ["@redis", "@types", "cockatiel", "ioredis", "prom-client"])
    symlinkSync(join(root, "node_modules", name), join(consumer, "node_modules", name));
  mkdirSync(installed);
  writeFileSync(join(installed, "package.json"), JSON.stringify(manifest));
  const types = ["-p", join(CLIENT, "tsconfig.types.json"), "--outDir", join(installed, "dist/types")];
  expect(runTool("tsc", types).output).toBe("");
}, 170_000);
afterAll(() => {
  rmSync(consumer, { recursive: true, force: true });
});

test("every way into the client package has its types, and its code is built", () => {
  const entries = Object.values(manifest.exports);
  expect(entries.length).toBeGreaterThan(3);
  for (const { types, default: code } of entries) {
    expect(readFileSync(join(consumer, "node_modules/redis-baton-client", types), "utf8")).toMatch(
      /export/,
    );
    expect(readFileSync(join(CLIENT, code), "utf8")).toMatch(/export/);
  }
});

test("the examples of its pages are right for whoever copies them", () => {
  const examples = PAGES.flatMap((page) =>
    [...readFileSync(join(root, page), "utf8").matchAll(/```ts\n(.*?)```/gs)].map(
      ([, code = ""]) => code,
    ),
  );
  expect(examples.length).toBeGreaterThan(7);
  for (const [index, code] of examples.entries())
    writeFileSync(join(consumer, `example-${index}.ts`), `${code}export {};\n`);
  const compilerOptions = {
    module: "nodenext",
    target: "es2023",
    strict: true,
    noEmit: true,
    types: ["node"],
  };
  const config = { compilerOptions: { ...compilerOptions, preserveSymlinks: false } };
  writeFileSync(join(consumer, "package.json"), JSON.stringify({ type: "module" }));
  writeFileSync(join(consumer, "tsconfig.json"), JSON.stringify(config));
  const { output, status } = runTool("tsc", ["-p", consumer]);
  expect(output).toBe("");
  expect(status).toBe(0);
});
