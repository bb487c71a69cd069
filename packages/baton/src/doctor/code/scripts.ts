// Reads scripts in shell and Python that Sentinel or a person may start.
import type { Script } from "../facts-infrastructure.ts";
import type { SourceText } from "../sources.ts";
import { pythonScript } from "./python-script.ts";
import { shellScript } from "./shell.ts";
import { loadGrammar, type WithTree } from "./syntax.ts";

/** The script, or why there is none, as a clause. Never throws for what the text holds. */
export type ReadScript = (source: SourceText, language: Script["language"]) => Script | string;

const CHARACTERS_MAX = 512 * 1024;

const READERS = {
  shell: { grammar: "bash", read: shellScript },
  python: { grammar: "python", read: pythonScript },
} as const;

/** Reads scripts of these languages only. */
export async function loadScriptReader(
  languages: Iterable<Script["language"]> = ["shell", "python"],
): Promise<ReadScript> {
  const ready = new Map<Script["language"], WithTree>();
  for (const language of languages) ready.set(language, await loadGrammar(READERS[language].grammar));
  return (source, language) => {
    if (source.text.length > CHARACTERS_MAX) return "is longer than a script that people write";
    const withTree = ready.get(language);
    if (withTree === undefined) return `no grammar for ${language} is loaded`;
    const script = withTree(source.text, (root) => READERS[language].read(source, root));
    return "unread" in script ? script.unread : script;
  };
}
