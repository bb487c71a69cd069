// What the cluster file can say of a kind, for the reference page. Pure.
import { z } from "zod";
import type { TargetKind } from "./target.ts";

interface Shown {
  readonly description?: string;
  readonly default?: unknown;
  readonly unit?: string;
}

export interface SettingRow {
  readonly key: string;
  /** "needed", a value as JSON, or empty: there is none. */
  readonly fallback: string;
  readonly meaning: string;
}

/** A row for every key; what is inside of one is in its own sentence. */
export function settingRows({ settings }: Pick<TargetKind, "settings">): readonly SettingRow[] {
  const schema = z.toJSONSchema(settings, { io: "input" }) as {
    readonly properties?: Readonly<Record<string, Shown>>;
    readonly required?: readonly string[];
  };
  return Object.entries(schema.properties ?? {}).map(([key, shown]) => {
    const { description = "", default: usual, unit } = shown;
    const fallback = usual === undefined ? "" : JSON.stringify(usual);
    const isNeeded = schema.required?.includes(key) === true;
    const meaning = unit === undefined ? description : `${description} (${unit})`;
    return { key, fallback: isNeeded ? "needed" : fallback, meaning };
  });
}
