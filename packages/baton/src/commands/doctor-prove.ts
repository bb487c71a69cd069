// What `baton doctor --prove` does: shows a rule's harm on real processes of this machine, and that its fix
// helps; or lists what can be shown.
import { createColors } from "picocolors";
import { hanging } from "../doctor/reporters/text-lines.ts";
import type { Rule } from "../doctor/rule.ts";
import { rules } from "../doctor/rules/index.ts";
import { BatonError, EXIT } from "../errors.ts";
import { type Proved, prove } from "../proof/prove.ts";
import type { Observation, Proof, Side } from "../proof/proof.ts";
import { proofs } from "../proof/proofs/index.ts";
import { columnsOf } from "../status/columns.ts";
import type { Context, Given } from "./command.ts";
import { ruleAsked, textAsked } from "./doctor-asked.ts";

const titleOf = ({ rule }: Proof): string => ruleAsked(rule, rules).title;

function asksForJson(given: Given): boolean {
  const format = textAsked(given, "format");
  if (format === "json") return true;
  if (format === undefined || format === "text") return false;
  throw new BatonError("USAGE", `--prove says it as text or json; ${format} is for findings`);
}

/** @throws BatonError USAGE */
function proofOf({ id }: Rule): Proof {
  const found = proofs.find(({ rule }) => rule === id);
  if (found !== undefined) return found;
  const known = proofs.map(({ rule }) => rule).join(", ");
  throw new BatonError("USAGE", `there is no proof of ${id}; of these there is one: ${known}`);
}

function list(asJson: boolean, { terminal }: Context): number {
  if (asJson) {
    const rows = proofs.map((proof) => {
      const { rule, says, sides } = proof;
      return { rule, title: titleOf(proof), says, ...sides };
    });
    terminal.out(JSON.stringify({ proofs: rows }, undefined, 2));
  } else {
    const rows = proofs.map((proof) => [proof.rule, titleOf(proof)]);
    for (const line of columnsOf(rows)) terminal.out(line);
  }
  return EXIT.fine;
}

function textLines(proof: Proof, proved: Proved, { terminal }: Context): readonly string[] {
  const options = { ...terminal, isVerbose: true };
  const { bold } = createColors(terminal.colour);
  const side = (head: string, of: Side, { says }: Observation) =>
    hanging(head, `${proof.sides[of]}: ${says}.`, options);
  return [
    `${bold(proof.rule)}  ${titleOf(proof)}`,
    ...hanging("        ", proof.says, options),
    "",
    ...side("without the fix  ", "mistake", proved.mistake),
    ...side("with it          ", "fix", proved.fix),
    "",
    `${proved.isShown ? "Shown" : "Not shown"} on ${proved.engine} in ${proved.seconds} s.`,
  ];
}

function jsonOf(proof: Proof, { mistake, fix, ...rest }: Proved): string {
  const side = (of: Side, { says, figures }: Observation) => ({ is: proof.sides[of], says, figures });
  const told = { title: titleOf(proof), says: proof.says };
  const sides = { mistake: side("mistake", mistake), fix: side("fix", fix) };
  return JSON.stringify({ proof: { ...told, ...rest, ...sides } }, undefined, 2);
}

/** @returns the exit code: unknown where the difference was not seen, with what was kept to look at. */
export async function proveAsked(given: Given, context: Context): Promise<number> {
  const { terminal, environment, signal } = context;
  const asJson = asksForJson(given);
  const asked = textAsked(given, "prove");
  if (asked === undefined) return list(asJson, context);
  const proof = proofOf(ruleAsked(asked, rules));
  terminal.note(`${proof.rule}: ${proof.says} Takes 5 to 40 s.`);
  const onProgress = (line: string) => terminal.note(`  ${line}`);
  const proved = await prove(proof, { environment, signal, onProgress });
  if (asJson) terminal.out(jsonOf(proof, proved));
  else for (const line of textLines(proof, proved, context)) terminal.out(line);
  for (const folder of proved.kept) terminal.note(`configurations and logs are kept in ${folder}`);
  return proved.isShown ? EXIT.fine : EXIT.unknown;
}
