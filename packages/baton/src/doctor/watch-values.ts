// One option of a group side by side, as each of its Sentinels has it: to find those that differ.
import { quoted } from "../cluster/text.ts";
import type { Place } from "./finding.ts";
import type { Setting } from "./settings.ts";
import { type Watch, optionOf } from "./watches.ts";

export interface Value {
  readonly watch: Watch;
  /** Empty where an option without a default is not written. May be a password. */
  readonly text: string;
  readonly place: Place;
  readonly setting?: Setting;
}

/** Of those that are known; who lacks an option that is not `isNeeded` is left out. */
export function valuesOf(watches: readonly Watch[], name: string, isNeeded: boolean): readonly Value[] {
  return watches.flatMap((watch): readonly Value[] => {
    const setting = optionOf(watch, name);
    if (setting?.isUnknown === true) return [];
    if (setting !== undefined) return [{ watch, text: setting.text, place: setting.place, setting }];
    // A running Sentinel does not tell its credentials, and a file with gaps may say them there.
    const isSilent = watch.monitor === undefined || watch.monitor.hasGaps === true;
    return isSilent || !isNeeded ? [] : [{ watch, text: "", place: watch.place }];
  });
}

export interface Usual {
  readonly value: Value;
  /** How many have it. */
  readonly count: number;
}

/** The value that most have; of several equally many the first. */
export function usual(values: readonly Value[]): Usual | undefined {
  const counts = new Map<string, number>();
  for (const { text } of values) counts.set(text, (counts.get(text) ?? 0) + 1);
  const count = Math.max(0, ...counts.values());
  const value = values.find(({ text }) => counts.get(text) === count);
  return value && { value, count };
}

/** For messages: `5000`, `30000 (the default)`, `"watcher"`. Not for passwords. */
export function shownValue({ text, setting }: Value): string {
  const value = /^-?\d+$/.test(text) ? text : quoted(text);
  return setting?.origin === "default" ? `${value} (the default)` : value;
}
