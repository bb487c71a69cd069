// Puts the live changes of findings together: all commands of a finding or none, no value set twice. Pure.
import type { Finding, LiveChange } from "./finding.ts";

export interface PlannedChange extends LiveChange {
  readonly rules: readonly string[];
}

export interface LivePlan {
  readonly changes: readonly PlannedChange[];
  /** A worse finding sets the same to something else: for another run. */
  readonly deferred: readonly Finding[];
}

/** `findings` worst first: where two want to set the same, the first does. */
export function planChanges(findings: readonly Finding[]): LivePlan {
  const planned = new Map<string, PlannedChange & { readonly rules: string[] }>();
  const deferred: Finding[] = [];
  for (const finding of findings) {
    const { commands = [], rule } = finding;
    const isFree = commands.every((change) => {
      const known = planned.get(targetOf(change));
      return known === undefined || known.command.at(-1) === change.command.at(-1);
    });
    if (!isFree) {
      deferred.push(finding);
      continue;
    }
    for (const change of commands) {
      const known = planned.get(targetOf(change));
      if (known === undefined) planned.set(targetOf(change), { ...change, rules: [rule] });
      else if (!known.rules.includes(rule)) known.rules.push(rule);
    }
  }
  return { changes: [...planned.values()], deferred };
}

/** What is set, where: everything but the value. */
function targetOf({ to, command }: LiveChange): string {
  return JSON.stringify([to, ...command.slice(0, -1)]);
}

/** What was there when the rule looked. */
export function formerOf({ undo }: LiveChange): string {
  return undo.at(-1) ?? "";
}
