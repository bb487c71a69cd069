// Which settings of the nodes a cluster file takes over, which change with Baton, and which are lost. Pure.
import { counted, listed, quoted } from "../cluster/text.ts";
import { refusedSetting } from "../cluster/redis-settings.ts";
import type { LiveRedis } from "../doctor/facts.ts";
import { nameOf } from "../doctor/live/answers.ts";
import { bytesOf } from "../doctor/values.ts";
import { engineOf } from "../redis/capabilities.ts";
import { defaultOf, isKnown, SETTINGS } from "./settings-table.ts";

export interface Kept {
  readonly name: string;
  readonly value: string;
  /** What it is when nobody sets it. */
  readonly fallback: string;
}

export interface SettingsSeen {
  /** For the section `redis.settings`. */
  readonly kept: readonly Kept[];
  /** What nobody has set today and Baton sets, as in "appendonly yes instead of no". */
  readonly changed: readonly string[];
  /** As sentences. */
  readonly lost: readonly string[];
}

const UNKNOWN_SHOWN = 12;

/** The same in one spelling: sizes in bytes, one blank between words. */
function plain(text: string): string {
  return text
    .trim()
    .split(/\s+/)
    .map((word) => String(bytesOf(word) ?? word))
    .join(" ");
}

const isSame = (one: string, other: string | undefined): boolean =>
  other !== undefined && plain(one) === plain(other);

/** A text for a sentence; an empty one must be seen. */
const shown = (text: string): string => (/^[\w.,:/ -]{1,60}$/.test(text) ? text : quoted(text));

function differences(name: string, value: string, nodes: readonly LiveRedis[]): readonly string[] {
  const others = nodes.filter((node) => !isSame(value, node.settings?.get(name) ?? value));
  if (others.length === 0) return [];
  const clauses = others.map((node) => `${shown(node.settings?.get(name) ?? "")} of ${nameOf(node)}`);
  return [
    `${name} ${listed(clauses)}: one value is for all nodes, and the first primary has ${shown(value)}`,
  ];
}

/**
 * @param reference whose values count: the primary of the first group.
 * @param own what Baton writes into redis.conf, by name.
 */
export function settingsSeen(
  reference: LiveRedis,
  nodes: readonly LiveRedis[],
  own: ReadonlyMap<string, string>,
): SettingsSeen {
  const settings = reference.settings ?? new Map<string, string>();
  const engine = engineOf(reference.info ?? new Map());
  const kept: Kept[] = [];
  const changed: string[] = [];
  const lost: string[] = [];
  for (const name of SETTINGS) {
    const value = settings.get(name);
    if (value === undefined) continue;
    lost.push(...differences(name, value, nodes));
    const fallback = defaultOf(name, engine) ?? "";
    const baton = own.get(name);
    if (isSame(value, baton ?? fallback)) continue;
    const refusal =
      name === "unixsocket" ? "routers and applications come by TCP" : refusedSetting(name);
    if (isSame(value, fallback))
      changed.push(`${name} ${shown(baton ?? "")} instead of ${shown(value)}`);
    else if (refusal !== undefined) lost.push(`${name} ${shown(value)}: ${refusal}`);
    else kept.push({ name, value, fallback });
  }
  const unknown = [...settings.keys()].filter((name) => !isKnown(name)).sort();
  if (unknown.length > 0) {
    const names = unknown.slice(0, UNKNOWN_SHOWN).map(shown);
    const what = unknown.length > names.length ? ` (${listed(names)}, ...)` : ` (${listed(names)})`;
    lost.push(
      `${counted(unknown.length, "setting")} of ${engine.name} of which Baton knows no default${what}`,
    );
  }
  return { kept, changed, lost };
}
