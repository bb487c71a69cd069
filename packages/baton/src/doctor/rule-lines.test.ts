import { expect, test } from "vitest";
import { ruleLines } from "./rule-lines.ts";
import { sen038 } from "./rules/sen038.ts";

const options = { colour: false, columns: 200, isVerbose: true };

test("names the command that shows the rule on real processes, and what happens there", () => {
  const lines = ruleLines(sen038, options, "A primary is killed.");
  expect(lines).toContain(
    "proof     baton doctor --prove SEN038 shows it on real processes. A primary is killed.",
  );
});

test("says nothing of a proof where there is none", () => {
  expect(ruleLines(sen038, options, undefined).join("\n")).not.toMatch(/--prove|^proof/m);
});
