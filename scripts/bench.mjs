// npm run bench -- NAME [OPTIONS]: runs a side-by-side benchmark of bench/ against these sources.
import { existsSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { prepare, root, stop } from "./prepare.mjs";

const [name = "", ...options] = process.argv.slice(2);
const source = join(root, "bench", `${name}.ts`);
if (!/^[a-z-]+$/.test(name) || !existsSync(source)) {
  const names = readdirSync(join(root, "bench")).filter((file) => file.endsWith(".ts"));
  stop(
    `npm run bench -- NAME, where NAME is one of: ${names.map((file) => file.slice(0, -3)).join(", ")}`,
  );
}
// The tests of a benchmark have prepared everything already.
if (process.env.BATON_PREPARED === undefined)
  prepare({
    // Every recipe, and what it is compiled with.
    withDevelopment: name === "clients",
    withHaproxy: name === "router",
    withClients: name === "fleet",
    withBrowser: name === "groups",
  });

const { build } = await import("esbuild");
// Beside the built command line: from there it starts labs, agents and the commands that it measures.
const bundle = join(root, "packages/baton/dist", `bench-${name}-${process.pid}.js`);
// It stays until the end: a benchmark's own client processes run it, too.
process.on("exit", () => rmSync(bundle, { force: true }));
await build({
  entryPoints: [source],
  outfile: bundle,
  bundle: true,
  platform: "node",
  target: "node20.19",
  format: "esm",
  conditions: ["source"],
  packages: "external",
  alias: { "redis-baton-client": join(root, "packages/client/src/index.ts") },
  logLevel: "warning",
});
const bench = await import(pathToFileURL(bundle).href);

const interrupted = new AbortController();
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"])
  process.on(signal, () => interrupted.abort(new Error(`interrupted by ${signal}`)));
try {
  process.exitCode = await bench.run(options, interrupted.signal);
} catch (error) {
  const isExpected = interrupted.signal.aborted || typeof error?.exitCode === "number";
  process.stderr.write(`${isExpected ? error.message : (error?.stack ?? error)}\n`);
  process.exitCode = interrupted.signal.aborted ? 130 : (error?.exitCode ?? 70);
}
// A connection that nobody closed must not keep a finished benchmark alive; output is flushed first.
process.stdout.write("", () => process.exit());
