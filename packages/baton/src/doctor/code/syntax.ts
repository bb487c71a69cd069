// Syntax trees by tree-sitter: loads each grammar once, and reads texts with it within a time.
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { Language, type Node, Parser } from "web-tree-sitter";

/** For one file. Real code of the largest size that is read takes a tenth of it. */
const PARSE_MS_MAX = 2000;

export type GrammarName = "bash" | "cpp" | "php" | "python" | "tsx";

/** Reads the tree of a text, or says why there is none, as a clause. */
export type WithTree = <T>(text: string, read: (root: Node) => T) => T | { readonly unread: string };

/** Once: a second start at the same time would leave the first one's grammars behind. */
let starting: Promise<void> | undefined;
const loaded = new Map<GrammarName, Promise<WithTree>>();

/** Once for the whole process; takes some ten milliseconds. */
export function loadGrammar(name: GrammarName): Promise<WithTree> {
  const known = loaded.get(name);
  if (known !== undefined) return known;
  const loading = load(name);
  loaded.set(name, loading);
  return loading;
}

async function load(name: GrammarName): Promise<WithTree> {
  await (starting ??= Parser.init());
  const language = await Language.load(await readFile(pathOf(`tree-sitter-${name}.wasm`)));
  return (text, read) => withTree(language, text, read);
}

/** Beside the bundle where Baton is installed; in the package that they come from otherwise. */
function pathOf(file: string): string {
  const beside = fileURLToPath(new URL(`./grammars/${file}`, import.meta.url));
  if (existsSync(beside)) return beside;
  return createRequire(import.meta.url).resolve(`@vscode/tree-sitter-wasm/wasm/${file}`);
}

/** The tree lives in the memory of the WebAssembly module, which no garbage collector looks after. */
function withTree<T>(
  language: Language,
  text: string,
  read: (root: Node) => T,
): T | { readonly unread: string } {
  const parser = new Parser();
  try {
    parser.setLanguage(language);
    const deadline = performance.now() + PARSE_MS_MAX;
    const progressCallback = () => performance.now() > deadline;
    const tree = parser.parse(text, null, { progressCallback });
    if (tree === null) return { unread: "took too long to read" };
    try {
      return read(tree.rootNode);
    } finally {
      tree.delete();
    }
  } finally {
    parser.delete();
  }
}
