// What counts in the end: one setting of a process, from what it says itself, its file, or its default.
import type {
  Directive,
  Monitor,
  RedisConfig,
  RedisInstance,
  SentinelConfig,
  SentinelInstance,
  Version,
  Word,
} from "./facts.ts";
import type { Place } from "./finding.ts";
import { monitorsNamed } from "./monitors.ts";
import { oncePer } from "./once.ts";
import { redisDefault, sentinelDefault } from "./settings-defaults.ts";
import { canonicalName } from "./settings-names.ts";
import { compareVersions, integerOfText, versionNumbers } from "./values.ts";

export interface Setting {
  /** All words with one space between. May be a password: never show that. */
  readonly text: string;
  readonly words: readonly Word[];
  /**
   * Of the first value word; of a default: line 1 of the file, or the line of the `sentinel monitor`.
   */
  readonly place: Place;
  readonly origin: "file" | "default" | "live";
  /**
   * Settled at deployment only, or a default that something unknown may have overruled: not to be
   * judged.
   */
  readonly isUnknown: boolean;
}

type Configured = Pick<RedisInstance, "live" | "version"> & {
  readonly config?: Pick<RedisConfig, "file" | "directives" | "gaps">;
};

type ConfiguredSentinel = Pick<SentinelInstance, "live" | "version"> & {
  readonly config?: Pick<SentinelConfig, "file" | "directives" | "gaps">;
};

/**
 * The value of a directive by any of its names (`slaveof`, `replicaof`): what the process says, else the
 * last line of the file, else the default of its version. Undefined when neither file nor answer is
 * there, or the version has no such setting.
 */
export function setting(node: Configured, name: string): Setting | undefined {
  return everySetting(node, name).at(-1);
}

/** The same for directives that may stand repeatedly; all lines in order, or the one default. */
export function everySetting(node: Configured, name: string): readonly Setting[] {
  return remembered(answersOfNode(node), name, () => findEvery(node, canonicalName(name)));
}

function findEvery(node: Configured, wanted: string): readonly Setting[] {
  const live = liveSetting(node, wanted);
  if (live !== undefined) return [live];
  if (node.config === undefined) return [];
  const written = linesByName(node.config.directives).get(wanted) ?? [];
  if (written.length > 0) return written.map(fromFile);
  return defaultSetting(redisDefault(wanted, node.version), node.config, startOf(node.config.file));
}

/**
 * An option of a group in a file, or Sentinel's default (30000, 180000, 1). Undefined for one that is
 * not written and has no default, as `auth-pass`.
 */
export function monitorOption(monitor: Monitor, name: string): Setting | undefined {
  const wanted = canonicalName(name);
  let written: Directive | undefined;
  for (const [option, directives] of monitor.options) {
    if (canonicalName(option) === wanted) written = directives.at(-1) ?? written;
  }
  if (written !== undefined) return fromFile(written);
  const gaps = monitor.hasGaps === true ? [monitor.place] : [];
  return defaultSetting(sentinelDefault(wanted), { gaps }, monitor.place).at(0);
}

/**
 * The same of a Sentinel, where its own answer counts first: "quorum", "down-after-milliseconds", ...
 */
export function groupOption(
  sentinel: SentinelInstance,
  group: string,
  name: string,
): Setting | undefined {
  const { live } = sentinel;
  const answer = live?.groups.get(group)?.primary.get(name);
  if (live !== undefined && answer !== undefined) return fromAnswer(live, answer);
  const monitor = monitorsNamed(sentinel.config, group).at(-1);
  if (monitor === undefined) return undefined;
  return name === "quorum" ? fromWords([monitor.quorum]) : monitorOption(monitor, name);
}

/** A line of sentinel.conf that belongs to no group: "port", "requirepass", "sentinel announce-ip". */
export function sentinelSetting(sentinel: ConfiguredSentinel, name: string): Setting | undefined {
  return remembered(answersOfSentinel(sentinel), name, () => {
    const found = findOfSentinel(sentinel, name);
    return found === undefined ? [] : [found];
  }).at(0);
}

function findOfSentinel(sentinel: ConfiguredSentinel, name: string): Setting | undefined {
  const { config, live } = sentinel;
  const answer = live?.settings?.get(name.replace(/^sentinel /, ""));
  if (live !== undefined && answer !== undefined) return fromAnswer(live, answer);
  if (config === undefined) return undefined;
  const wanted = canonicalName(name);
  const written = linesByName(config.directives).get(wanted)?.at(-1);
  if (written !== undefined) return fromFile(written);
  const fallback = sentinelDefault(wanted) ?? redisDefault(wanted, sentinel.version);
  return defaultSetting(fallback, config, startOf(config.file)).at(0);
}

/** Undefined for a placeholder, and for anything but yes and no. */
export function isYes(setting: Setting | undefined): boolean | undefined {
  if (setting === undefined || setting.isUnknown) return undefined;
  const text = setting.text.toLowerCase();
  return text === "yes" ? true : text === "no" ? false : undefined;
}

/** Undefined for a placeholder, and for anything but a whole number. */
export function integerOf(setting: Setting | undefined): number | undefined {
  return setting === undefined || setting.isUnknown ? undefined : integerOfText(setting.text);
}

/**
 * Whether a process is of `wanted` or newer, counted in versions of `family`. Valkey is Redis 7.2 with
 * numbers of its own after that, so it is newer than Redis 7.2.4 and never as new as Redis 7.4.
 * Undefined when the version is not known.
 */
export function isVersionAtLeast(
  node: { readonly version?: Version },
  wanted: string,
  family: Version["family"] = "redis",
): boolean | undefined {
  const { version } = node;
  const numbers = versionNumbers(wanted);
  if (version === undefined || numbers === undefined) return undefined;
  if (version.family === family) return compareVersions(version.numbers, numbers) >= 0;
  return family === "redis" && compareVersions([7, 2, 4], numbers) >= 0;
}

/** Rules ask for the same few settings of every process, and nothing about one ever changes. */
type Answers = Map<string, readonly Setting[]>;
const answersOfNode = oncePer((_process: object): Answers => new Map());
const answersOfSentinel = oncePer((_process: object): Answers => new Map());

function remembered(answers: Answers, name: string, find: () => readonly Setting[]): readonly Setting[] {
  let found = answers.get(name);
  if (found === undefined) {
    found = find();
    answers.set(name, found);
  }
  return found;
}

/** Each file is sorted once. */
const linesByName = oncePer((lines: readonly Directive[]) => {
  const byName = new Map<string, Directive[]>();
  for (const line of lines) {
    const name = canonicalName(line.name);
    const same = byName.get(name);
    if (same === undefined) byName.set(name, [line]);
    else same.push(line);
  }
  return byName;
});

function liveSetting(node: Configured, wanted: string): Setting | undefined {
  const { live } = node;
  if (live?.settings === undefined) return undefined;
  const direct = live.settings.get(wanted);
  if (direct !== undefined) return fromAnswer(live, direct);
  for (const [name, value] of live.settings) {
    if (canonicalName(name) === wanted) return fromAnswer(live, value);
  }
  return undefined;
}

function fromAnswer(live: { readonly address: string; readonly port: number }, text: string): Setting {
  const place = { file: `${live.address}:${String(live.port)}`, line: 0, column: 0 };
  return { ...textOnly(text, place), origin: "live", isUnknown: false };
}

function fromFile(directive: Directive): Setting {
  const { words, place } = directive;
  const text = words.map((word) => word.text).join(" ");
  const isUnknown = directive.isConditional === true || words.some((word) => word.isUnknown);
  return { text, words, place: words[0]?.place ?? place, origin: "file", isUnknown };
}

function fromWords(words: readonly [Word, ...Word[]]): Setting {
  const text = words.map((word) => word.text).join(" ");
  return {
    text,
    words,
    place: words[0].place,
    origin: "file",
    isUnknown: words.some((word) => word.isUnknown),
  };
}

function defaultSetting(
  value: { readonly text: string; readonly isCertain: boolean } | undefined,
  config: { readonly gaps: readonly Place[] },
  place: Place,
): readonly Setting[] {
  if (value === undefined) return [];
  const isUnknown = !value.isCertain || config.gaps.length > 0;
  return [{ ...textOnly(value.text, place), origin: "default", isUnknown }];
}

function textOnly(text: string, place: Place): Pick<Setting, "text" | "words" | "place"> {
  const words = text
    .split(/\s+/)
    .filter((word) => word !== "")
    .map((word) => ({ text: word, place, isUnknown: false }));
  return { text, words, place };
}

function startOf(file: string): Place {
  return { file, line: 1, column: 1 };
}
