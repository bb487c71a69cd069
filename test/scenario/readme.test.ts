// What the README tells people to type is typed here, in its order.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { root } from "../repo/run.ts";
import { baton, makeHome, removeHome } from "./support/baton.ts";
import { keepEvidence } from "./support/evidence.ts";
import { processesNaming } from "./support/leftovers.ts";

let home: string;
beforeEach(async () => {
  home = await makeHome();
});
afterEach(async (context) => {
  keepEvidence(context, home);
  await baton(home, ["lab", "down"]);
  await removeHome(home);
});

test("the README's commands work one after the other, and the last leaves nothing behind", async () => {
  const readme = readFileSync(join(root, "README.md"), "utf8");
  const lines = [...readme.matchAll(/^ {4}npx baton ([^#\n]*)/gm)].map(([, words]) =>
    (words ?? "").trim(),
  );
  expect(lines.length).toBeGreaterThanOrEqual(8);
  for (const line of lines) {
    const words = line.split(" ");
    const isDrill = words[0] === "drill";
    const { code, err } = await baton(home, isDrill ? [...words, "--out", join(home, "runs")] : words);
    expect(`baton ${line}: exit ${code}\n${code === 0 ? "" : err}`).toBe(`baton ${line}: exit 0\n`);
  }
  expect(processesNaming(home)).toEqual(new Map());
});
