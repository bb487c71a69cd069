// Reads systemd units with their drop-ins, in systemd's order.
import type { Malformed, UnitEntry, UnitFile, Word } from "../facts.ts";
import type { SourceText } from "../sources.ts";
import { baseName, folderOf, plainName } from "./shelf.ts";
import type { TemplateLine } from "./template.ts";
import { isPlaceholder, seeThrough } from "./template.ts";

/**
 * One unit. `dropIns` in any order: systemd reads them by their file names. Comments stand on lines of
 * their own; what looks like one behind a value is part of the value, as for systemd.
 */
export function parseUnit(source: SourceText, dropIns: readonly SourceText[] = []): UnitFile {
  const sorted = dropIns.toSorted((a, b) => (baseName(a.path) < baseName(b.path) ? -1 : 1));
  const parts = [source, ...sorted].map(readUnit);
  return {
    name: plainName(source.path),
    file: source.path,
    entries: afterResets(parts.flatMap((part) => part.entries)),
    malformed: parts.flatMap((part) => part.malformed),
  };
}

/**
 * For drop-ins whose unit is not among the sources: "redis.service" of "x/redis.service.d/limits.conf".
 */
export function parseDropIns(dropIns: readonly [SourceText, ...SourceText[]]): UnitFile {
  const [first, ...rest] = dropIns.toSorted((a, b) => (a.path < b.path ? -1 : 1));
  const unit = parseUnit(first ?? dropIns[0], rest);
  return { ...unit, name: unitOfDropIn(dropIns[0].path) ?? unit.name };
}

/** The unit that a drop-in belongs to, or undefined for a file that is none. */
export function unitOfDropIn(path: string): string | undefined {
  const folder = baseName(folderOf(path));
  return /\.(?:service|slice|socket|timer)\.d$/.test(folder) && plainName(path).endsWith(".conf")
    ? folder.slice(0, -".d".length)
    : undefined;
}

/** The last value of a key, for keys that hold one; undefined when it is not there or was reset. */
export function unitValue(unit: UnitFile, section: string, key: string): Word | undefined {
  return unitValues(unit, section, key).at(-1);
}

/**
 * All values of a key that is a list, in order. Sections and keys are told apart by case, as by systemd.
 */
export function unitValues(unit: UnitFile, section: string, key: string): readonly Word[] {
  return unit.entries
    .filter((entry) => entry.section === section && entry.key === key)
    .map((entry) => entry.value);
}

interface UnitPart {
  readonly entries: readonly UnitEntry[];
  readonly malformed: readonly Malformed[];
}

function readUnit(source: SourceText): UnitPart {
  const entries: UnitEntry[] = [];
  const malformed: Malformed[] = [];
  let section: string | undefined;
  for (const logical of logicalLines(seeThrough(source).lines)) {
    const { first, masked, written } = logical;
    const place = { file: source.path, line: first.number, column: masked.search(/\S/) + 1 };
    const heading = /^\s*\[([^\]]*)\]\s*$/.exec(masked);
    const equals = masked.indexOf("=");
    if (heading !== null) {
      section = heading[1] ?? "";
    } else if (isPlaceholder(masked.trim()) && equals < 0) {
      continue;
    } else if (equals < 0) {
      malformed.push({ place, message: "is neither a section, a comment nor KEY=VALUE" });
    } else if (section === undefined) {
      malformed.push({ place, message: "stands before the first section" });
    } else {
      const key = masked.slice(0, equals).trim();
      entries.push({ section, key, value: valueOf(logical, equals, written, source.path) });
    }
  }
  return { entries, malformed };
}

function valueOf(line: Logical, equals: number, written: string, file: string): Word {
  const behind = written.slice(equals + 1);
  const text = behind.trim();
  const column = equals + 2 + (behind.length - behind.trimStart().length);
  const masked = line.masked.slice(equals + 1).trim();
  const isUnknown = line.first.isConditional || masked.split(/\s+/).some(isPlaceholder);
  const place = { file, line: line.first.number, column };
  return { text, place, isUnknown };
}

interface Logical {
  readonly first: TemplateLine;
  readonly masked: string;
  readonly written: string;
}

/** Joins lines that end in a backslash; comments in between are left out, as systemd does. */
function* logicalLines(lines: readonly TemplateLine[]): Generator<Logical> {
  let first: TemplateLine | undefined;
  let masked: string[] = [];
  let written: string[] = [];
  for (const line of lines) {
    const isComment = /^\s*[#;]/.test(line.masked);
    if (isComment || (first === undefined && line.masked.trim() === "")) continue;
    const shown = line.masked.trimEnd();
    const continues = shown.endsWith("\\");
    const length = continues ? shown.length - 1 : shown.length;
    first ??= line;
    masked.push(shown.slice(0, length));
    written.push(line.written.slice(0, length));
    if (continues) continue;
    yield { first, masked: masked.join(" "), written: written.join(" ") };
    first = undefined;
    masked = [];
    written = [];
  }
  if (first !== undefined) yield { first, masked: masked.join(" "), written: written.join(" ") };
}

/**
 * An empty value takes back all that was said under its key before; the empty one itself says nothing.
 */
function afterResets(entries: readonly UnitEntry[]): readonly UnitEntry[] {
  const resets = new Map<string, number>();
  for (const [index, { section, key, value }] of entries.entries()) {
    if (value.text === "" && !value.isUnknown) resets.set(`${section}\n${key}`, index);
  }
  return entries.filter(({ section, key }, index) => index > (resets.get(`${section}\n${key}`) ?? -1));
}
