// Builds the agent's live page into a folder. `node scripts/build-page.mjs FOLDER` does only that, and says
// which files it is made of: the test that weighs the page runs it.
import { cp, mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const source = (name) => fileURLToPath(new URL(`../packages/dashboard/src/${name}`, import.meta.url));

const common = {
  bundle: true,
  format: "esm",
  conditions: ["source"],
  jsx: "automatic",
  jsxImportSource: "preact",
  logLevel: "warning",
};

/** What the page shows before its script runs: drawn by the same parts, here and now. */
async function blankPage() {
  const node = { platform: "node", target: "node20.19", write: false };
  const { outputFiles } = await build({ ...common, ...node, entryPoints: [source("blank.tsx")] });
  const program = `data:text/javascript;base64,${Buffer.from(outputFiles[0].contents).toString("base64")}`;
  return (await import(program)).blankPage();
}

/** @returns the paths of everything that went into it. */
export async function buildPage(folder) {
  const { metafile } = await build({
    ...common,
    platform: "browser",
    target: "es2022",
    minify: true,
    metafile: true,
    entryPoints: { main: source("main.tsx"), style: source("style.css") },
    outdir: folder,
  });
  await mkdir(folder, { recursive: true });
  await cp(source("icon.svg"), join(folder, "icon.svg"));
  const html = await readFile(source("index.html"), "utf8");
  const root = '<div id="app">';
  const blank = await blankPage();
  await writeFile(
    join(folder, "index.html"),
    html.replace(root, () => `${root}${blank}`),
  );
  return Object.keys(metafile.inputs);
}

const [, script, folder] = process.argv;
if (script === fileURLToPath(import.meta.url) && folder !== undefined)
  process.stdout.write(`${(await buildPage(folder)).join("\n")}\n`);
