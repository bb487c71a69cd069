// Loads what the code among some files is read with, and nothing where there is none.
import { grammarsFor } from "./code/clients/index.ts";
import { loadScriptReader } from "./code/scripts.ts";
import { type FileKind, kindOf } from "./recognise.ts";
import type { Sources, SourceText } from "./sources.ts";

const SCRIPTS: ReadonlySet<FileKind | undefined> = new Set(["shell", "code-python"] as const);

/** To be put into the sources that hold these files. Takes some hundred milliseconds at most. */
export async function readersFor(
  files: readonly SourceText[],
): Promise<Pick<Sources, "grammars" | "readScript">> {
  const grammars = await grammarsFor(files);
  if (!files.some((file) => SCRIPTS.has(kindOf(file)))) return { grammars };
  return { grammars, readScript: await loadScriptReader() };
}
