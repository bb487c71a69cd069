// What the readers of shell and Python scripts have in common: words, the first line, limits.
import type { Node } from "web-tree-sitter";
import type { Script, ScriptExit } from "../facts-infrastructure.ts";
import type { Word } from "../facts.ts";
import type { Place } from "../finding.ts";
import type { SourceText } from "../sources.ts";

/** Nodes that are looked at, and how deep: a script has some thousands, and some tens. */
export const mostNodes = 100_000;
export const tooDeep = 200;

export function wordOf(source: SourceText, node: Node): Word {
  const { row, column } = node.startPosition;
  const written = node.text;
  const text = written.replaceAll(/^["']|["']$/g, "");
  return {
    text,
    place: { file: source.path, line: row + 1, column: column + 1 },
    isUnknown: /[$`{]/.test(written) && !written.startsWith("'"),
    ...(written.length === text.length ? {} : { length: written.length }),
  };
}

export function exitOf(place: Place, code: string): ScriptExit {
  return /^\d{1,3}$/.test(code) ? { place, code: Number(code) } : { place };
}

/** Ends with whatever another program says. */
export function exitWith(place: Place): ScriptExit {
  return { place };
}

/** All that the text's lines say without a syntax tree. */
export function scriptOf(
  source: SourceText,
  language: Script["language"],
): Pick<Script, "file" | "language" | "interpreter" | "hasCarriageReturns" | "state"> {
  const firstLine = source.text.slice(0, 1000).split("\n")[0] ?? "";
  const shebang = firstLine.startsWith("#!") ? firstLine.slice(2).trim() : undefined;
  return {
    file: source.path,
    language,
    hasCarriageReturns: source.text.includes("\r\n"),
    ...(shebang === undefined
      ? {}
      : {
          interpreter: {
            text: shebang,
            place: { file: source.path, line: 1, column: 1 },
            isUnknown: false,
          },
        }),
    ...(source.state === undefined ? {} : { state: source.state }),
  };
}
