// The `sentinel monitor` lines of a file by the group that they name: one Sentinel may watch hundreds.
import type { Monitor, SentinelConfig } from "./facts.ts";
import { oncePer } from "./once.ts";

/** Those of one name, in the order of the file; the last one counts, and Sentinel takes but one. */
export function monitorsNamed(config: SentinelConfig | undefined, group: string): readonly Monitor[] {
  return config === undefined ? [] : (monitorsByName(config).get(group) ?? []);
}

const monitorsByName = oncePer(({ monitors }: SentinelConfig) => {
  const found = new Map<string, Monitor[]>();
  for (const monitor of monitors) {
    const same = found.get(monitor.name.text);
    if (same === undefined) found.set(monitor.name.text, [monitor]);
    else same.push(monitor);
  }
  return found;
});
