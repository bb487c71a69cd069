// Reads scripts in shell and Python that Sentinel or a person may start.
import type { Script } from "../facts-infrastructure.ts";
import type { SourceText } from "../sources.ts";
import { pythonScript } from "./python-script.ts";
import { shellScript } from "./shell.ts";
import { loadGrammar } from "./syntax.ts";

/** The script, or why there is none, as a clause. Never throws for what the text holds. */
export type ReadScript = (source: SourceText, language: Script["language"]) => Script | string;

const CHARACTERS_MAX = 512 * 1024;

export async function loadScriptReader(): Promise<ReadScript> {
  const shell = await loadGrammar("bash");
  const python = await loadGrammar("python");
  return (source, language) => {
    if (source.text.length > CHARACTERS_MAX) return "is longer than a script that people write";
    const script =
      language === "shell"
        ? shell(source.text, (root) => shellScript(source, root))
        : python(source.text, (root) => pythonScript(source, root));
    return "unread" in script ? script.unread : script;
  };
}
