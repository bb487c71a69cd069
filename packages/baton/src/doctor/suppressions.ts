// Comments that silence a rule: `# baton-doctor-ignore SEN005: two sites only`, on the line or on the
// one above.
import type { Finding, Place } from "./finding.ts";
import type { SourceText } from "./sources.ts";

export interface Suppressions {
  /** FILE:LINE of what is silenced, with the ids of the rules. */
  readonly valid: ReadonlyMap<string, ReadonlySet<string>>;
  /** Comments that silence nothing, because they say no rule or no reason. */
  readonly notes: readonly { readonly place: Place; readonly message: string }[];
}

const MARK = "baton-doctor-ignore";
/** Behind the mark: ids with commas or spaces between, a colon, and a reason in words. */
const ASKED =
  /^[ \t]{1,9}([A-Z]{2,3}\d{3}(?:[ \t,]{1,9}[A-Z]{2,3}\d{3}){0,50})[ \t]{0,9}(?::[ \t]{0,9}(\S.*))?/;

/**
 * A comment behind something silences that line; one on a line of its own silences the next line that is
 * not such a comment itself. Comments begin with #, //, ; or --.
 */
export function suppressionsOf(files: readonly SourceText[]): Suppressions {
  const valid = new Map<string, Set<string>>();
  const notes: { place: Place; message: string }[] = [];
  for (const { path, text } of files) {
    if (!text.includes(MARK)) continue;
    let pending = new Set<string>();
    for (const [index, line] of text.split("\n").entries()) {
      const found = asked(line);
      if (found === undefined) {
        if (pending.size > 0) valid.set(`${path}:${String(index + 1)}`, pending);
        pending = new Set();
        continue;
      }
      const place = { file: path, line: index + 1, column: found.column };
      if (found.trouble !== undefined) notes.push({ place, message: found.trouble });
      else if (found.isAlone) pending = new Set([...pending, ...found.ids]);
      else {
        valid.set(`${path}:${String(index + 1)}`, new Set([...pending, ...found.ids]));
        pending = new Set();
      }
    }
  }
  return { valid, notes };
}

export function isSuppressed(finding: Finding, { valid }: Suppressions): boolean {
  const { file, line } = finding.place;
  return valid.get(`${file}:${String(line)}`)?.has(finding.rule) === true;
}

interface Asked {
  readonly ids: readonly string[];
  readonly column: number;
  readonly isAlone: boolean;
  readonly trouble?: string;
}

function asked(line: string): Asked | undefined {
  const at = line.indexOf(MARK);
  if (at < 0) return undefined;
  const before = line.slice(0, at).trimEnd();
  const opening = /(?:#|\/\/|;|--|\/\*|\{#|<!--)$/.exec(before)?.[0];
  if (opening === undefined) return undefined;
  const isAlone = before.length === opening.length || before.trim() === opening;
  const match = ASKED.exec(line.slice(at + MARK.length));
  const ids = (match?.[1] ?? "").split(/[ \t,]+/).filter((id) => id !== "");
  const common = { ids, column: at + 1, isAlone };
  if (ids.length === 0)
    return { ...common, trouble: `${MARK} names no rule, as in "${MARK} SEN005: reason"` };
  if (match?.[2] === undefined)
    return { ...common, trouble: `${MARK} gives no reason, so ${ids.join(", ")} is still reported` };
  return common;
}
