// Loads the grammars of the languages that occur, and reads programs with them. For Perl no grammar can be
// had as WebAssembly from npm, so that its part is our own: a small tolerant reader of calls.
import { cpp } from "./cpp.ts";
import { node } from "./node.ts";
import { readPerl } from "./perl.ts";
import { php } from "./php.ts";
import type { CodeLanguage, Program } from "./program.ts";
import { python } from "./python.ts";
import { type Dialect, Reader } from "./reader.ts";
import { type GrammarName, loadGrammar, type WithTree } from "./syntax.ts";

/** Files beyond it are generated or data; people do not write them. */
const BYTES_MAX = 1024 * 1024;

const TREE_SITTER: Readonly<Partial<Record<CodeLanguage, { grammar: GrammarName; dialect: Dialect }>>> =
  {
    cpp: { grammar: "cpp", dialect: cpp },
    node: { grammar: "tsx", dialect: node },
    php: { grammar: "php", dialect: php },
    python: { grammar: "python", dialect: python },
  };

export interface Grammars {
  /**
   * The program, or why there is none, as a clause. Never throws for what the text holds, and needs the
   * language to have been loaded.
   */
  readonly read: (language: CodeLanguage, file: string, text: string) => Program | string;
}

/** Loads what is needed for these languages and was not loaded before; some hundred milliseconds at most. */
export async function loadGrammars(languages: Iterable<CodeLanguage>): Promise<Grammars> {
  const ready = new Map<CodeLanguage, WithTree>();
  for (const language of new Set(languages)) {
    const known = TREE_SITTER[language];
    if (known !== undefined) ready.set(language, await loadGrammar(known.grammar));
  }
  return { read: (language, file, text) => read(ready, { language, file, text }) };
}

interface Code {
  readonly language: CodeLanguage;
  readonly file: string;
  readonly text: string;
}

function read(ready: ReadonlyMap<CodeLanguage, WithTree>, code: Code): Program | string {
  const { language, file, text } = code;
  if (text.length > BYTES_MAX) return "is larger than 1 MB";
  if (language === "perl") return readPerl(file, text);
  const withTree = ready.get(language);
  const dialect = TREE_SITTER[language]?.dialect;
  if (withTree === undefined || dialect === undefined) return `no grammar for ${language} is loaded`;
  const program = withTree(text, (root) => new Reader(file, language, dialect).read(root));
  return "unread" in program ? program.unread : program;
}
