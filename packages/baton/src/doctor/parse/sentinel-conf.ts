// Reads sentinel.conf in the phases in which Sentinel loads it: what stands before groups, groups, the
// rest.
import type { Directive, Malformed, Monitor, SentinelConfig } from "../facts.ts";
import type { SourceText } from "../sources.ts";
import { aclUser, repeatedUsers } from "./acl.ts";
import { aclFileOf, withIncludes } from "./redis-conf.ts";
import type { Shelf } from "./shelf.ts";

/** `sentinel` lines that belong to the Sentinel and not to a group; all others name a group first. */
const WITHOUT_GROUP = new Set([
  "announce-hostnames",
  "announce-ip",
  "announce-port",
  "current-epoch",
  "deny-scripts-reconfig",
  "myid",
  "resolve-hostnames",
  "sentinel-pass",
  "sentinel-user",
]);

export interface ReadSentinelConfig extends SentinelConfig {
  /** Paths of the sources that are part of it: includes and the aclfile. */
  readonly parts: ReadonlySet<string>;
}

/**
 * Since 6.2 the order of lines does not count; an older Sentinel wants the group before what is said of
 * it.
 */
export function parseSentinelConf(source: SourceText, shelf: Shelf): ReadSentinelConfig {
  const read = withIncludes(source, shelf);
  const lines = read.lines.map(ofSentinel);
  const sorted = sortLines(lines, read.gaps.length > 0);
  const acl = aclFileOf(lines, source, shelf);
  const inline = lines.flatMap((line) => aclUser(line) ?? []);
  return {
    kind: "sentinel-conf",
    file: source.path,
    monitors: sorted.monitors,
    directives: sorted.directives,
    orphans: sorted.orphans,
    lines,
    users: [...inline, ...(acl?.users ?? [])],
    malformed: [
      ...read.malformed,
      ...sorted.malformed,
      ...repeatedUsers(inline),
      ...(acl?.malformed ?? []),
    ],
    isTemplate: read.isTemplate,
    gaps: read.gaps,
    parts: new Set(acl === undefined ? read.files : [...read.files, acl.file]),
    ...(source.state && { state: source.state }),
  };
}

/** `sentinel x a b` gets the name "sentinel x" and the words a and b. */
function ofSentinel(line: Directive): Directive {
  const [second, ...words] = line.words;
  if (line.name !== "sentinel" || second === undefined) return line;
  return { ...line, name: `sentinel ${second.text.toLowerCase()}`, nameWord: second, words };
}

type Sorted = Pick<SentinelConfig, "monitors" | "directives" | "orphans" | "malformed">;

function sortLines(lines: readonly Directive[], hasGaps: boolean): Sorted {
  const malformed: Malformed[] = [];
  const groups = new Map<string, { line: Directive; options: Map<string, Directive[]> }>();
  for (const line of lines.filter(({ name }) => name === "sentinel monitor")) {
    const [name] = line.words;
    if (name === undefined || line.words.length < 4) {
      malformed.push({ place: line.place, message: "needs a name, an address, a port and a quorum" });
    } else if (groups.has(name.text) && line.isConditional !== true) {
      malformed.push({ place: line.place, message: `monitors ${name.text} a second time` });
    } else groups.set(name.text, { line, options: new Map() });
  }
  const directives: Directive[] = [];
  const orphans: Directive[] = [];
  for (const line of lines) {
    const option = line.name.startsWith("sentinel ") ? line.name.slice("sentinel ".length) : undefined;
    if (option === "monitor" || line.name === "user") continue;
    if (option === undefined || WITHOUT_GROUP.has(option)) {
      directives.push(line);
      continue;
    }
    const [group, ...words] = line.words;
    const known = group && groups.get(group.text);
    if (known === undefined) orphans.push(line);
    else addTo(known.options, option, { ...line, words });
  }
  const monitors = [...groups.values()].flatMap(({ line, options }) => monitor(line, options, hasGaps));
  return { monitors, directives, orphans, malformed };
}

function addTo(options: Map<string, Directive[]>, name: string, line: Directive): void {
  const lines = options.get(name);
  if (lines === undefined) options.set(name, [line]);
  else lines.push(line);
}

function monitor(line: Directive, options: Monitor["options"], hasGaps: boolean): readonly Monitor[] {
  const [name, address, port, quorum] = line.words;
  if (!name || !address || !port || !quorum) return [];
  const common = { name, address, port, quorum, place: line.place, options };
  return [hasGaps ? { ...common, hasGaps: true } : common];
}
