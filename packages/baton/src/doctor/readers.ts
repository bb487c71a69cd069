// Loads what the code among some files is read with, and nothing where there is none.
import { grammarsFor } from "./code/clients/index.ts";
import { loadScriptReader } from "./code/scripts.ts";
import type { Script } from "./facts-infrastructure.ts";
import { type FileKind, kindOf } from "./recognise.ts";
import type { Sources, SourceText } from "./sources.ts";

const SCRIPTS: ReadonlyMap<FileKind, Script["language"]> = new Map([
  ["shell", "shell"],
  ["code-python", "python"],
]);

/** To be put into the sources that hold these files. Takes some hundred milliseconds at most. */
export async function readersFor(
  files: readonly SourceText[],
): Promise<Pick<Sources, "grammars" | "readScript">> {
  const grammars = await grammarsFor(files);
  const kinds = new Set(files.flatMap((file) => kindOf(file) ?? []));
  const languages = [...kinds].flatMap((kind) => SCRIPTS.get(kind) ?? []);
  if (languages.length === 0) return { grammars };
  return { grammars, readScript: await loadScriptReader(languages) };
}
