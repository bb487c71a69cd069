// Reads HAProxy's configuration into its sections and lines.
import type { HaproxyFile, HaproxySection } from "../facts-infrastructure.ts";
import type { Directive, Word } from "../facts.ts";
import type { Place } from "../finding.ts";
import type { SourceText } from "../sources.ts";
import { holdsPlaceholder } from "./jinja.ts";

const opened = /^(global|defaults|frontend|backend|listen)$/;
/** Sections of HAProxy that have nothing to do with where traffic goes. */
const others =
  /^(userlist|peers|mailers|resolvers|cache|program|http-errors|ring|log-forward|fcgi-app|crt-store)$/;

interface OpenSection {
  readonly kind: HaproxySection["kind"];
  readonly name: string;
  readonly place: Place;
  readonly lines: Directive[];
}

/** Never throws. Quotes, `\` before a blank and comments as HAProxy reads them. */
export function parseHaproxy(source: SourceText): HaproxyFile {
  const sections: OpenSection[] = [];
  const malformed: { place: Place; message: string }[] = [];
  for (const [index, raw] of source.text.split("\n").entries()) {
    const words = wordsOfLine(raw, { file: source.path, line: index + 1, column: 1 });
    const [first, second] = words;
    if (first === undefined) {
      continue;
    }
    const name = first.text.toLowerCase();
    if (opened.test(name) || others.test(name)) {
      const kind = opened.test(name) ? (name as HaproxySection["kind"]) : "other";
      sections.push({ kind, name: second?.text ?? "", place: first.place, lines: [] });
      continue;
    }
    const section = sections.at(-1);
    if (section === undefined) {
      malformed.push({ place: first.place, message: `"${first.text}" stands in front of any section` });
      // Everything before the first section has the same fault.
      sections.push({ kind: "other", name: "", place: first.place, lines: [] });
    } else {
      section.lines.push({ name, nameWord: first, words: words.slice(1), place: first.place });
    }
  }
  return { file: source.path, sections, malformed };
}

function wordsOfLine(raw: string, at: Place): Word[] {
  const words: Word[] = [];
  const pattern =
    /(?:"(?:[^"\\]|\\.)*"|'[^']*'|\\.|\{\{[^}]{0,200}\}\}|\$\{[^}]{0,200}\}|[^\s#"'\\]|["'\\])+|#/g;
  for (const match of raw.matchAll(pattern)) {
    if (match[0] === "#") {
      break;
    }
    const text = match[0].replaceAll(
      /\\(.)|"((?:[^"\\]|\\.)*)"|'([^']*)'/g,
      (_, escaped?: string, double?: string, single?: string) =>
        escaped ?? double?.replaceAll(/\\(.)/g, "$1") ?? single ?? "",
    );
    words.push({
      text,
      place: { ...at, column: match.index + 1 },
      isUnknown: holdsPlaceholder(match[0]),
    });
  }
  return words;
}
