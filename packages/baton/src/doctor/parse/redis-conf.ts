// Reads redis.conf with what it includes, in the order in which Redis reads it.
import type { Directive, Malformed, RedisConfig } from "../facts.ts";
import type { Place } from "../finding.ts";
import type { SourceText } from "../sources.ts";
import type { AclFile } from "./acl.ts";
import { aclUser, parseAcl, repeatedUsers } from "./acl.ts";
import { confLines } from "./conf-lines.ts";
import type { Shelf } from "./shelf.ts";

/** What a file says when its includes are put in their places. */
export interface Included {
  readonly lines: readonly Directive[];
  readonly malformed: readonly Malformed[];
  readonly gaps: readonly Place[];
  readonly isTemplate: boolean;
  /** Paths of the sources that were included. */
  readonly files: ReadonlySet<string>;
}

/** Redis has no limit of its own and dies of a circle; more than this is nobody's configuration. */
const DEPTH_MAX = 8;
const INCLUDES_MAX = 64;
/** Of all files that one includes: a part that all of a thousand files include is met a thousand times. */
const LINES_MAX = 5_000;

export interface ReadRedisConfig extends RedisConfig {
  /** Paths of the sources that are part of it: includes and the aclfile. */
  readonly parts: ReadonlySet<string>;
}

export function parseRedisConf(source: SourceText, shelf: Shelf): ReadRedisConfig {
  const { lines, malformed, gaps, isTemplate, files } = withIncludes(source, shelf);
  const acl = aclFileOf(lines, source, shelf);
  const inline = lines.flatMap((line) => aclUser(line) ?? []);
  return {
    kind: "redis-conf",
    file: source.path,
    directives: lines.filter(({ name }) => name !== "user"),
    users: [...inline, ...(acl?.users ?? [])],
    malformed: [...malformed, ...repeatedUsers(inline), ...(acl?.malformed ?? [])],
    isTemplate,
    gaps,
    parts: new Set(acl === undefined ? files : [...files, acl.file]),
    ...(source.state && { state: source.state }),
  };
}

/**
 * The lines of a file and of what it includes; an `include` line itself stays, before what it brings.
 */
export function withIncludes(source: SourceText, shelf: Shelf): Included {
  const lines: Directive[] = [];
  const malformed: Malformed[] = [];
  const gaps: Place[] = [];
  const files = new Set<string>();
  let isTemplate = false;
  let left = INCLUDES_MAX;
  let linesLeft = LINES_MAX;

  function read(from: SourceText, above: readonly string[]): void {
    const text = confLines(from);
    // One by one: a call takes no more than some ten thousand arguments, and a file may have more.
    for (const one of text.malformed) malformed.push(one);
    for (const place of text.gaps) gaps.push(place);
    isTemplate ||= text.isTemplate;
    for (const line of text.lines) {
      if (above.length > 0) {
        if (linesLeft === 0) return void gaps.push(line.place);
        linesLeft -= 1;
      }
      lines.push(line);
      if (line.name === "include") include(line, from, [...above, from.path]);
    }
  }

  function include(line: Directive, from: SourceText, above: readonly string[]): void {
    const [pattern] = line.words;
    const found = pattern === undefined || pattern.isUnknown ? [] : shelf.find(pattern.text, from.path);
    const isGlob = pattern !== undefined && /[*?[]/.test(pattern.text);
    if (found.length === 0 && !(isGlob && shelf.hasFolderOf(pattern.text, from.path)))
      gaps.push(line.place);
    for (const part of found) {
      if (above.includes(part.path)) {
        malformed.push({
          place: line.place,
          message: `includes ${part.path}, which includes this file`,
        });
      } else if (left === 0 || above.length >= DEPTH_MAX) {
        gaps.push(line.place);
      } else {
        left -= 1;
        files.add(part.path);
        read(part, above);
      }
    }
  }

  read(source, []);
  return { lines, malformed, gaps, isTemplate, files };
}

/** The file that `aclfile` names, when it is among the sources. */
export function aclFileOf(
  lines: readonly Directive[],
  source: SourceText,
  shelf: Shelf,
): AclFile | undefined {
  const path = lines.findLast(({ name }) => name === "aclfile")?.words[0];
  if (path === undefined || path.isUnknown || path.text === "") return undefined;
  const [file] = shelf.find(path.text, source.path);
  return file && parseAcl(file);
}
