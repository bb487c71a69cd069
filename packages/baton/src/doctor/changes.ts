// The certain way out of a wrong setting: an edit where a file says it, a command where a process does.
import { replaceWord } from "./edits.ts";
import type { RedisInstance, SentinelInstance } from "./facts.ts";
import type { Draft } from "./finding.ts";
import { nameOf } from "./live/answers.ts";
import type { Setting } from "./settings.ts";

/** Makes a setting of one word `text`; nothing where neither file nor process says it. */
export function changeTo(
  { live }: RedisInstance,
  name: string,
  found: Setting,
  text: string,
): Pick<Draft, "edits" | "commands"> {
  const [word, ...more] = found.words;
  if (found.origin === "file")
    return word && more.length === 0 ? { edits: [replaceWord(word, text)] } : {};
  if (found.origin === "default" || live === undefined) return {};
  const proof = { ask: ["CONFIG", "GET", name], expected: text } as const;
  return {
    commands: [
      {
        to: nameOf(live),
        command: ["CONFIG", "SET", name, text],
        undo: ["CONFIG", "SET", name, found.text],
        proof,
      },
    ],
  };
}

/** The same for what a Sentinel says of a group. */
export function changeGroupTo(
  { live }: SentinelInstance,
  { group, option }: { readonly group: string; readonly option: string },
  found: Setting,
  text: string,
): Pick<Draft, "edits" | "commands"> {
  const [word, ...more] = found.words;
  if (found.origin === "file")
    return word && more.length === 0 ? { edits: [replaceWord(word, text)] } : {};
  if (found.origin === "default" || live === undefined) return {};
  return {
    commands: [
      {
        to: nameOf(live),
        command: ["SENTINEL", "SET", group, option, text],
        undo: ["SENTINEL", "SET", group, option, found.text],
        proof: { ask: ["SENTINEL", "MASTER", group], field: option, expected: text },
      },
    ],
  };
}
