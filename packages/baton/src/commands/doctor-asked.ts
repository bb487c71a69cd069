// What the options of `baton doctor` say, or what is wrong with them.
import { parseDuration } from "../cluster/duration.ts";
import { nearest, quoted } from "../cluster/text.ts";
import type { Policy } from "../doctor/facts.ts";
import type { Rule } from "../doctor/rule.ts";
import { BatonError } from "../errors.ts";
import type { Given } from "./command.ts";

export function textAsked(given: Given, name: string): string | undefined {
  const value = given[name];
  return typeof value === "string" ? value : undefined;
}

/** Whatever its case. @throws BatonError USAGE */
export function ruleAsked(id: string, rules: readonly Rule[]): Rule {
  const found = rules.find((rule) => rule.id === id.toUpperCase());
  if (found !== undefined) return found;
  const near = nearest(
    id.toUpperCase(),
    rules.map(({ id }) => id),
  );
  const hint = near === undefined ? "" : `; the nearest is ${near}`;
  throw new BatonError("USAGE", `there is no rule ${quoted(id)}${hint}`);
}

/** "SEN001,RED006", or all. In the order of the table. @throws BatonError USAGE */
export function rulesAsked(ids: string | undefined, rules: readonly Rule[]): readonly Rule[] {
  if (ids === undefined) return rules;
  const words = ids.split(/[\s,]+/).filter((id) => id !== "");
  const asked = new Set(words.map((id) => ruleAsked(id, rules)));
  if (asked.size === 0)
    throw new BatonError("USAGE", "--rule names no rule; as in --rule SEN001,RED006");
  return rules.filter((rule) => asked.has(rule));
}

function durationAsked(given: Given, name: "rto" | "rpo"): number | undefined {
  const text = textAsked(given, name);
  if (text === undefined) return undefined;
  const ms = parseDuration(text);
  if (ms !== undefined) return ms;
  throw new BatonError("USAGE", `--${name} ${quoted(text)} is no duration; as in 500ms, 5s or 2m`);
}

/** Stronger than what a cluster file says. @throws BatonError USAGE */
export function policyAsked(given: Given): Policy {
  const rtoMs = durationAsked(given, "rto");
  const rpoMs = durationAsked(given, "rpo");
  return { ...(rtoMs === undefined ? {} : { rtoMs }), ...(rpoMs === undefined ? {} : { rpoMs }) };
}
