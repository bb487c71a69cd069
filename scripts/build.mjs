// Builds what runs: the command line and the client package as bundled ES modules, and the agent's
// pages.
// It only translates; types are checked by the tests.
import { cp, mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { buildPage } from "./build-page.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
const at = (...parts) => join(root, "packages", ...parts);
const workspace = ["redis-baton-client", "redis-baton-dashboard"];

const node = {
  bundle: true,
  platform: "node",
  target: "node20.19",
  format: "esm",
  sourcemap: true,
  conditions: ["source"],
  jsx: "automatic",
  jsxImportSource: "preact",
  logLevel: "warning",
};

/** Packages from npm stay outside the bundle; the workspace's own go in. */
const keepDependenciesOutside = {
  name: "keep-dependencies-outside",
  setup(bundler) {
    bundler.onResolve({ filter: /^[^.]/ }, ({ path, kind }) => {
      const isOwn = workspace.some((name) => path === name || path.startsWith(`${name}/`));
      return kind === "entry-point" || isOwn || path.startsWith("/")
        ? undefined
        : { path, external: true };
    });
  },
};

for (const name of ["baton", "client", "dashboard"])
  await rm(at(name, "dist"), { recursive: true, force: true });
await Promise.all([
  build({
    ...node,
    entryPoints: [at("baton/src/cli.ts")],
    outdir: at("baton/dist"),
    splitting: true,
    plugins: [keepDependenciesOutside],
  }),
  build({
    ...node,
    entryPoints: ["index", "ioredis", "metrics", "node-redis"].map((name) =>
      at(`client/src/${name}.ts`),
    ),
    outdir: at("client/dist"),
    splitting: true,
    plugins: [keepDependenciesOutside],
  }),
  build({
    ...node,
    entryPoints: { drawings: at("dashboard/src/drawings/index.ts") },
    outdir: at("dashboard/dist"),
    plugins: [keepDependenciesOutside],
  }),
  buildPage(at("baton/dist/pages")),
]);
// What doctor reads code with; the package that they come from is needed to build only.
await mkdir(at("baton/dist/grammars"), { recursive: true });
for (const language of ["bash", "cpp", "php", "python", "tsx"]) {
  const file = `tree-sitter-${language}.wasm`;
  const from = fileURLToPath(import.meta.resolve(`@vscode/tree-sitter-wasm/wasm/${file}`));
  await cp(from, at("baton/dist/grammars", file));
}
