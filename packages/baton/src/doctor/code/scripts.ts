// Loads the grammars of shell and Python once, and reads scripts that Sentinel or a person may start.
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { Language, type Node, Parser } from "web-tree-sitter";
import type { Script } from "../facts-infrastructure.ts";
import type { SourceText } from "../sources.ts";
import { pythonScript } from "./python-script.ts";
import { shellScript } from "./shell.ts";

/** The script, or why there is none, as a clause. Never throws for what the text holds. */
export type ReadScript = (source: SourceText, language: Script["language"]) => Script | string;

const charactersMax = 512 * 1024;
/** Of one script; a real one takes a hundredth of it. */
const parseMsMax = 2000;

let loading: Promise<ReadScript> | undefined;

/** Once for the whole process; takes some ten milliseconds. */
export function loadScriptReader(): Promise<ReadScript> {
  loading ??= load();
  return loading;
}

async function load(): Promise<ReadScript> {
  await Parser.init();
  const shell = await grammar("tree-sitter-bash.wasm");
  const python = await grammar("tree-sitter-python.wasm");
  return (source, language) => {
    if (source.text.length > charactersMax) {
      return "is longer than a script that people write";
    }
    return language === "shell" ? read(shell, source, shellScript) : read(python, source, pythonScript);
  };
}

/** Beside the bundle where Baton is installed; in the package that it comes from otherwise. */
async function grammar(file: string): Promise<Language> {
  const beside = fileURLToPath(new URL(`./grammars/${file}`, import.meta.url));
  const path = existsSync(beside)
    ? beside
    : createRequire(import.meta.url).resolve(`@vscode/tree-sitter-wasm/wasm/${file}`);
  return Language.load(await readFile(path));
}

/** The tree lives in the memory of the WebAssembly module, which no garbage collector looks after. */
function read(
  language: Language,
  source: SourceText,
  extract: (source: SourceText, root: Node) => Script,
): Script | string {
  const parser = new Parser();
  try {
    parser.setLanguage(language);
    const deadline = performance.now() + parseMsMax;
    const tree = parser.parse(source.text, null, {
      progressCallback: () => performance.now() > deadline,
    });
    if (tree === null) {
      return "took too long to read";
    }
    try {
      return extract(source, tree.rootNode);
    } finally {
      tree.delete();
    }
  } finally {
    parser.delete();
  }
}
