// Placeholders of Jinja and Go templates, taken out before YAML is read and put back into its scalars.

/** What cannot be known before deployment: {{ x }}, {% x %}, ${x}, $X, <x>. */
const placeholder = /\{\{|\{%|\$\{|\$\(|\$[A-Za-z_]|<[A-Za-z][A-Za-z0-9_ .-]*>|\uE001/;

export function holdsPlaceholder(text: string): boolean {
  return placeholder.test(text);
}

// Private use characters: one opens a placeholder, two count it, the rest fills, so that columns stay.
const opening = "\uE001";
const digitBase = 0xe100;
const digitCount = 0x700;
const filler = "\uE000";
const masked = new RegExp(`${opening}([\uE100-\uE7FF]{2})?${filler}*`, "g");
/** Stands for one whose first line has no room for its number. */
const unnumbered = "{{ }}";

interface MaskedTemplate {
  /** As long as the template, line by line. */
  readonly text: string;
  /** Whether anything was masked. */
  readonly isTemplate: boolean;
  readonly restore: (text: string) => string;
}

/**
 * Jinja's or Go's `{{ }}`, `{% %}` and `{# #}` break YAML where they stand alone, or open what looks like a
 * flow map. A line with nothing else becomes blank; any other is masked in place.
 */
export function maskTemplate(text: string): MaskedTemplate {
  const kept: string[] = [];
  const parts: string[] = [];
  const closings = new Map<string, number>();
  let from = 0;
  for (const start of openingsOf(text)) {
    const end = start < from ? -1 : closingOf(text, start, closings);
    if (end !== -1) {
      const original = text.slice(start, end);
      parts.push(text.slice(from, start));
      parts.push(
        standsAlone(text, start, end) ? original.replaceAll(/[^\n]/g, " ") : mask(original, kept),
      );
      from = end;
    }
  }
  parts.push(text.slice(from));
  return {
    text: parts.join(""),
    isTemplate: from > 0,
    restore: (value) =>
      from === 0
        ? value
        : value.replaceAll(masked, (_, digits?: string) =>
            digits === undefined ? unnumbered : (kept[numberOf(digits)] ?? ""),
          ),
  };
}

function* openingsOf(text: string): Iterable<number> {
  for (let at = text.indexOf("{"); at !== -1; at = text.indexOf("{", at + 1)) {
    if ("{%#".includes(text[at + 1] ?? " ")) {
      yield at;
    }
  }
}

/** A placeholder does not go on for ever: without its end within reach it is none. */
const reach = 4096;

/** `closings` remembers the next end of each kind, so that a text is searched once only. */
function closingOf(text: string, start: number, closings: Map<string, number>): number {
  const mark = text[start + 1] ?? "";
  const closing = mark === "{" ? "}}" : `${mark}}`;
  let at = closings.get(closing) ?? 0;
  if (at !== -1 && at < start + 2) {
    at = text.indexOf(closing, start + 2);
    closings.set(closing, at);
  }
  return at === -1 || at > start + reach ? -1 : at + closing.length;
}

const indentationMax = 200;

function standsAlone(text: string, start: number, end: number): boolean {
  const before = text.slice(Math.max(0, start - indentationMax), start);
  const after = text.slice(end, end + indentationMax);
  return /(?:^|\n)[ \t]*$/.test(before) && /^[ \t]*(?:\r?\n|$)/.test(after);
}

function mask(original: string, kept: string[]): string {
  const [first = "", ...rest] = original.split("\n");
  const blank = rest.map((line) => " ".repeat(line.length));
  if (first.length < 3) return [opening.padEnd(first.length, filler), ...blank].join("\n");
  const index = kept.length;
  kept.push(original);
  const digits = String.fromCharCode(
    digitBase + (Math.floor(index / digitCount) % digitCount),
    digitBase + (index % digitCount),
  );
  return [(opening + digits).padEnd(first.length, filler), ...blank].join("\n");
}

function numberOf(digits: string): number {
  return (digits.charCodeAt(0) - digitBase) * digitCount + digits.charCodeAt(1) - digitBase;
}
