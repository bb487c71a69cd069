// What `baton doctor --explain` does: prints one rule with its reason, its examples and its proof.
import { ruleLines } from "../doctor/rule-lines.ts";
import { rules } from "../doctor/rules/index.ts";
import { EXIT } from "../errors.ts";
import { proofs } from "../proof/proofs/index.ts";
import type { Context } from "./command.ts";
import { ruleAsked } from "./doctor-asked.ts";

/** @throws BatonError USAGE for a rule that is not known */
export function explain(id: string, { terminal }: Context): number {
  const rule = ruleAsked(id, rules);
  const proof = proofs.find((one) => one.rule === rule.id);
  for (const line of ruleLines(rule, { ...terminal, isVerbose: true }, proof?.says)) terminal.out(line);
  return EXIT.fine;
}
