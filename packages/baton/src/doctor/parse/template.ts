// Sees through templates: hides tags of Jinja, Go (Helm), ERB and envsubst, and says which lines hang on
// them.
import type { SourceText } from "../sources.ts";

export interface TemplateLine {
  /** From 1. */
  readonly number: number;
  readonly written: string;
  /**
   * As long as `written`: control tags are blanks, placeholders are HIDDEN, so that neither splits a
   * word.
   */
  readonly masked: string;
  /** Within {% if %}, {% for %} and the like: not everybody gets it as it stands. */
  readonly isConditional: boolean;
}

export interface TemplateText {
  readonly lines: readonly TemplateLine[];
  readonly isTemplate: boolean;
}

/** Stands for each character of a placeholder; not a blank, a quote or a letter. */
const HIDDEN = "\u0001";

const CLOSINGS = { "{{": "}}", "{%": "%}", "{#": "#}", "<%": "%>" } as const;
type Opening = keyof typeof CLOSINGS;
const OPENING = /\{\{|\{%|\{#|<%/g;
/** A tag that is longer is taken for text: it would hide too much of a file that is no template. */
const TAG_MAX = 4000;

type Effect = "opens" | "closes" | "neutral" | "prints";

interface Tag {
  readonly start: number;
  readonly end: number;
  readonly effect: Effect;
}

/** Most lines of a configuration as it is shipped, and of no interest to who asks for settings. */
const COMMENT = /^[ \t]*#/;

/**
 * Takes time in proportion to the text, also where nothing that is opened gets closed. Comments that hold no
 * tag are left out when they are not wanted.
 */
export function seeThrough(
  source: SourceText,
  { withComments = true }: { readonly withComments?: boolean } = {},
): TemplateText {
  const tags = tagsOf(source.text);
  const written = source.text.split("\n");
  const masked = tags.length === 0 ? written : mask(source.text, tags).split("\n");
  const lines: TemplateLine[] = [];
  let offset = 0;
  let next = 0;
  let depth = 0;
  let hasVariables = false;
  for (const [index, line] of written.entries()) {
    let isConditional = depth > 0;
    const end = offset + line.length;
    for (let tag = tags[next]; tag !== undefined && tag.start <= end; tag = tags[next]) {
      if (tag.effect === "opens") depth += 1;
      if (tag.effect === "closes") depth = Math.max(0, depth - 1);
      isConditional ||= tag.effect === "opens" || tag.effect === "closes";
      next += 1;
    }
    offset = end + 1;
    const isPlain = masked[index] === line && !line.includes("${");
    if (!withComments && isPlain && COMMENT.test(line)) continue;
    const shown = maskVariables(masked[index] ?? "");
    hasVariables ||= shown !== masked[index] && line.includes("${");
    lines.push({ number: index + 1, written: line, masked: shown, isConditional });
  }
  const isNamedSo = /\.(?:j2|jinja2?|tpl|tmpl|erb|template)$/.test(source.path);
  return { lines, isTemplate: isNamedSo || tags.length > 0 || hasVariables };
}

/** Whether a word's text is settled at deployment, or by the reader of a recipe. */
export function isPlaceholder(text: string): boolean {
  if (text.includes(HIDDEN)) return true;
  // Asked of every word, and hardly any begins so.
  if (!/^[$@_%]/.test(text)) return false;
  return (
    /^\$[A-Z_][A-Z0-9_]+$/.test(text) ||
    /^@[A-Z_][A-Z0-9_]+@$/.test(text) ||
    /^__[A-Z][A-Z0-9_]*__$/.test(text) ||
    /^%[({][A-Za-z_]{1,60}[)}]s?$/.test(text)
  );
}

function tagsOf(text: string): readonly Tag[] {
  const tags: Tag[] = [];
  // Where each closing stands next; looked for once, so that stray openings cost nothing.
  const closings = new Map<string, number>();
  OPENING.lastIndex = 0;
  for (let match = OPENING.exec(text); match !== null; match = OPENING.exec(text)) {
    const opening = match[0] as Opening;
    const closing = CLOSINGS[opening];
    const start = match.index;
    let close = closings.get(closing) ?? -1;
    if (close < start + 2) {
      close = text.indexOf(closing, start + 2);
      if (close < 0) close = Number.POSITIVE_INFINITY;
      closings.set(closing, close);
    }
    if (close - start > TAG_MAX) continue;
    const end = close + 2;
    tags.push({ start, end, effect: effectOf(opening, text.slice(start + 2, close)) });
    OPENING.lastIndex = end;
  }
  return tags;
}

function effectOf(opening: Opening, inner: string): Effect {
  const words = inner.replace(/^[-+~=]/, "").trim();
  if (opening === "{#") return "neutral";
  if (/^(?:end|end[a-z]+)\b/.test(words)) return "closes";
  if (opening === "{{") {
    if (/^(?:if|range|with|define|block)\b/.test(words)) return "opens";
    return /^(?:else\b|\/\*|\$\w+\s*:?=)/.test(words) ? "neutral" : "prints";
  }
  if (opening === "<%") {
    if (inner.startsWith("=")) return "prints";
    return /^(?:if|unless|case)\b|\bdo\b[^\n]{0,80}$/.test(words) ? "opens" : "neutral";
  }
  return /^(?:if|for|macro|call|block|filter|with)\b/.test(words) ? "opens" : "neutral";
}

function mask(text: string, tags: readonly Tag[]): string {
  const parts: string[] = [];
  let from = 0;
  for (const { start, end, effect } of tags) {
    const [first = "", ...rest] = text.slice(start, end).split("\n");
    const shown = effect === "prints" ? HIDDEN.repeat(first.length) : " ".repeat(first.length);
    parts.push(
      text.slice(from, start),
      [shown, ...rest.map((line) => " ".repeat(line.length))].join("\n"),
    );
    from = end;
  }
  parts.push(text.slice(from));
  return parts.join("");
}

/** ${NAME}, ${NAME:-default}, <name of something>. */
function maskVariables(line: string): string {
  if (!line.includes("${") && !line.includes("<")) return line;
  return line.replace(/\$\{[^{}\n]{1,200}\}|<[A-Za-z](?:[\w .-]{0,78}[\w.])?>/g, (found) =>
    HIDDEN.repeat(found.length),
  );
}
