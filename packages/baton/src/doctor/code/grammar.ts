// Loads the grammars of the languages that occur, once each, and reads programs with them. For Perl no
// grammar can be had as WebAssembly from npm, so that its part is our own: a small tolerant reader of calls.
import { createRequire } from "node:module";
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { Language, Parser } from "web-tree-sitter";
import { cpp } from "./cpp.ts";
import { node } from "./node.ts";
import { readPerl } from "./perl.ts";
import { php } from "./php.ts";
import type { CodeLanguage, Program } from "./program.ts";
import { python } from "./python.ts";
import { type Dialect, Reader } from "./reader.ts";

/** Files beyond it are generated or data; people do not write them. */
const BYTES_MAX = 1024 * 1024;
/** For one file. Real code of that size takes a tenth of it. */
const PARSE_MS_MAX = 2000;

const TREE_SITTER: Readonly<Partial<Record<CodeLanguage, { file: string; dialect: Dialect }>>> = {
  cpp: { file: "tree-sitter-cpp.wasm", dialect: cpp },
  node: { file: "tree-sitter-tsx.wasm", dialect: node },
  php: { file: "tree-sitter-php.wasm", dialect: php },
  python: { file: "tree-sitter-python.wasm", dialect: python },
};

export interface Grammars {
  /**
   * The program, or why there is none, as a clause. Never throws for what the text holds, and needs the
   * language to have been loaded.
   */
  readonly read: (language: CodeLanguage, file: string, text: string) => Program | string;
}

/** Once: a second start at the same time would leave the first one's grammars behind. */
let starting: Promise<void> | undefined;
const loaded = new Map<CodeLanguage, Promise<Language>>();

/** Loads what is needed for these languages and was not loaded before; some hundred milliseconds at most. */
export async function loadGrammars(languages: Iterable<CodeLanguage>): Promise<Grammars> {
  const wanted = [...new Set(languages)].filter((language) => TREE_SITTER[language] !== undefined);
  if (wanted.length > 0) await (starting ??= Parser.init());
  const ready = new Map<CodeLanguage, Language>();
  for (const language of wanted) ready.set(language, await load(language));
  return { read: (language, file, text) => read(ready, { language, file, text }) };
}

function load(language: CodeLanguage): Promise<Language> {
  const known = loaded.get(language);
  if (known !== undefined) return known;
  const loading = readFile(pathOf(TREE_SITTER[language]?.file ?? "")).then((bytes) =>
    Language.load(bytes),
  );
  loaded.set(language, loading);
  return loading;
}

/** Beside the bundle where Baton is installed; in the package that they come from otherwise. */
function pathOf(file: string): string {
  const beside = fileURLToPath(new URL(`./grammars/${file}`, import.meta.url));
  if (existsSync(beside)) return beside;
  return createRequire(import.meta.url).resolve(`@vscode/tree-sitter-wasm/wasm/${file}`);
}

interface Code {
  readonly language: CodeLanguage;
  readonly file: string;
  readonly text: string;
}

function read(ready: ReadonlyMap<CodeLanguage, Language>, code: Code): Program | string {
  const { language, file, text } = code;
  if (text.length > BYTES_MAX) return "is larger than 1 MB";
  if (language === "perl") return readPerl(file, text);
  const grammar = ready.get(language);
  const dialect = TREE_SITTER[language]?.dialect;
  if (grammar === undefined || dialect === undefined) return `no grammar for ${language} is loaded`;
  return parse(grammar, dialect, code);
}

/** The tree lives in the memory of the WebAssembly module, which no garbage collector looks after. */
function parse(grammar: Language, dialect: Dialect, { language, file, text }: Code): Program | string {
  const parser = new Parser();
  try {
    parser.setLanguage(grammar);
    const deadline = performance.now() + PARSE_MS_MAX;
    const progressCallback = () => performance.now() > deadline;
    const tree = parser.parse(text, null, { progressCallback });
    if (tree === null) return "took too long to read";
    try {
      return new Reader(file, language, dialect).read(tree.rootNode);
    } finally {
      tree.delete();
    }
  } finally {
    parser.delete();
  }
}
