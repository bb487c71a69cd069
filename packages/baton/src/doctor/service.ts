// systemd's side of a node: what a unit starts, with which settings, and what its sandbox lets it write.
import type { Facts, RedisInstance, SentinelInstance, UnitFile, Word } from "./facts.ts";
import type { Place } from "./finding.ts";
import { oncePer } from "./once.ts";
import { unitValue, unitValues } from "./parse/systemd.ts";
import { secondsOf, sentinelSetting, setting } from "./settings.ts";

/** A unit that starts Redis or Sentinel, and the instances that it is known to start. */
export interface Service {
  readonly unit: UnitFile;
  readonly program: "redis" | "sentinel";
  /** The value of ExecStart. */
  readonly start: Word;
  /** As written, so it may hold %i. */
  readonly configPath?: string;
  /** Options of the command line, which Redis reads behind its file: "daemonize" -> "no". */
  readonly flags: ReadonlyMap<string, string>;
  readonly redis: readonly RedisInstance[];
  readonly sentinels: readonly SentinelInstance[];
}

export const servicesOf = oncePer((facts: Facts): readonly Service[] => {
  const redis = byUnit(facts.redis);
  const sentinels = byUnit(facts.sentinels);
  return facts.units.flatMap((unit) => {
    const start = valueOf(unit, "ExecStart");
    const command = start === undefined || start.isUnknown ? undefined : commandOf(start.text);
    if (start === undefined || command === undefined) return [];
    const fits = (one: RedisInstance | SentinelInstance): boolean => isNamedBy(command.configPath, one);
    const nodes = (redis.get(unit) ?? []).filter(fits);
    return [
      { unit, start, ...command, redis: nodes, sentinels: (sentinels.get(unit) ?? []).filter(fits) },
    ];
  });
});

function byUnit<T extends RedisInstance | SentinelInstance>(
  instances: readonly T[],
): ReadonlyMap<UnitFile, readonly T[]> {
  const found = new Map<UnitFile, T[]>();
  for (const one of instances) {
    for (const unit of one.units) {
      const known = found.get(unit);
      if (known === undefined) found.set(unit, [one]);
      else known.push(one);
    }
  }
  return found;
}

/** An instance of a template unit has a file whose name fits. */
function isNamedBy(
  configPath: string | undefined,
  { config }: RedisInstance | SentinelInstance,
): boolean {
  const name = configPath?.split("/").at(-1);
  if (config === undefined || name?.includes("%") !== true) return true;
  const [before = "", ...rest] = name.split(/%[a-zA-Z]/);
  const file = config.file.split("/").at(-1) ?? "";
  return file.startsWith(before) && file.endsWith(rest.at(-1) ?? "");
}

/** The value that counts of a key that may stand once: the last one. */
export function valueOf(unit: UnitFile, key: string, section = "Service"): Word | undefined {
  return unitValue(unit, section, key);
}

/** All words of keys that are lists. */
export function listOf(unit: UnitFile, keys: readonly string[], section = "Service"): readonly Word[] {
  const values = keys.flatMap((key) => unitValues(unit, section, key));
  return values.flatMap((value) =>
    value.text
      .split(/\s+/)
      .filter((text) => text !== "")
      .map((text) => ({ ...value, text })),
  );
}

export function placeOfUnit(unit: UnitFile): Place {
  return unit.entries[0]?.value.place ?? { file: unit.file, line: 1, column: 1 };
}

/** One setting of what the unit starts: the command line counts before the file. */
export function startedWith(service: Service, name: string): string | undefined {
  const flag = service.flags.get(name);
  if (flag !== undefined) return flag;
  const [node] = service.redis;
  const [sentinel] = service.sentinels;
  const found = node !== undefined ? setting(node, name) : sentinel && sentinelSetting(sentinel, name);
  return found === undefined || found.isUnknown ? undefined : found.text;
}

function commandOf(text: string): Pick<Service, "program" | "configPath" | "flags"> | undefined {
  const [first = "", ...rest] = text.replace(/^[@:+!|-]+/, "").split(/\s+/);
  const name = /(?:^|\/)(?:redis|valkey)-(server|sentinel)$/.exec(first)?.[1];
  if (name === undefined) return undefined;
  const flags = new Map<string, string>();
  let configPath: string | undefined;
  for (let index = 0; index < rest.length; index += 1) {
    const word = rest[index] ?? "";
    if (!word.startsWith("--")) {
      if (index === 0) configPath = word;
      continue;
    }
    const next = rest[index + 1];
    flags.set(word.slice(2).toLowerCase(), next === undefined || next.startsWith("--") ? "" : next);
  }
  const program = name === "sentinel" || flags.has("sentinel") ? "sentinel" : "redis";
  return { program, flags, ...(configPath !== undefined && { configPath }) };
}

export interface Restart {
  /** The unit's name. */
  readonly unit: string;
  /** How long after a crash it is started again; undefined when it is not, or a placeholder decides. */
  readonly afterMs: number | undefined;
  /** Also after an end in good order: SHUTDOWN, SIGTERM from elsewhere. */
  readonly isAlways: boolean;
}

/** systemd starts again after 100 ms unless RestartSec says otherwise. */
export function restartOf({ unit }: Pick<Service, "unit">): Restart {
  const policy = valueOf(unit, "Restart")?.text ?? "no";
  const restarts = ["always", "on-failure", "on-abnormal", "on-abort"].includes(policy);
  const pause = valueOf(unit, "RestartSec");
  const seconds = pause === undefined ? 0.1 : secondsOf(pause.text);
  const afterMs = restarts && seconds !== undefined ? Math.round(seconds * 1000) : undefined;
  return { unit: unit.name, afterMs, isAlways: policy === "always" };
}

export interface StopTimeout {
  /** The key that says it. */
  readonly name: string;
  readonly text: string;
  readonly seconds: number;
  readonly place: Place;
}

/** How long systemd waits until it kills; undefined for ever, by default, and for a placeholder. */
export function stopTimeoutOf({ unit }: Pick<Service, "unit">): StopTimeout | undefined {
  for (const name of ["TimeoutStopSec", "TimeoutSec"]) {
    const word = valueOf(unit, name);
    if (word === undefined) continue;
    const seconds = word.isUnknown ? undefined : secondsOf(word.text);
    // 0 is systemd's older word for infinity.
    if (seconds === undefined || seconds === 0) return undefined;
    return { name, text: word.text, seconds, place: word.place };
  }
  return undefined;
}

/** Whether systemd tells the process where to report that it is ready. */
export function isNotified(unit: UnitFile): boolean {
  const type = valueOf(unit, "Type")?.text ?? "simple";
  const access = valueOf(unit, "NotifyAccess")?.text ?? "none";
  return type === "notify" || type === "notify-reload" || access !== "none";
}
