// What the README, the first steps and the router's guide tell people to type is typed here, in their order.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { drillResultSchema } from "../../packages/baton/src/drill/report/index.ts";
import { root } from "../repo/run.ts";
import { baton, makeHome, removeHome } from "./support/baton.ts";
import { keepEvidence } from "./support/evidence.ts";
import { processesNaming } from "./support/leftovers.ts";
import { expectKept } from "./support/kept.ts";

let home: string;
beforeEach(async () => {
  home = await makeHome();
});
afterEach(async (context) => {
  keepEvidence(context, home);
  await baton(home, ["lab", "down"]);
  await removeHome(home);
});

/** The commands of a page, in its order. */
function commandsOf(page: string): readonly string[] {
  const text = readFileSync(join(root, page), "utf8");
  return [...text.matchAll(/^ {4}npx baton ([^#\n]*)/gm)].map(([, words]) => (words ?? "").trim());
}

test.each([
  ["README.md", 8],
  ["docs/start.md", 7],
])(
  "the commands of %s work one after the other, and the last leaves nothing behind",
  async (page, least) => {
    const lines = commandsOf(page);
    expect(lines.length).toBeGreaterThanOrEqual(least);
    for (const line of lines) {
      const words = line.split(" ");
      const isDrill = words[0] === "drill";
      const { code, err } = await baton(home, isDrill ? [...words, "--out", join(home, "runs")] : words);
      expect(`baton ${line}: exit ${code}\n${code === 0 ? "" : err}`).toBe(`baton ${line}: exit 0\n`);
    }
    expect(processesNaming(home)).toEqual(new Map());
  },
);

test("the drill of the router's guide shows what the guide says: no client notices", async () => {
  const [line, ...more] = commandsOf("docs/router.md");
  expect(more).toEqual([]);
  const ran = await baton(home, [...(line ?? "").split(" "), "--json", "--no-evidence"]);
  const result = drillResultSchema.parse(JSON.parse(ran.out));
  const onRouter = result.clients.filter(({ kind }) => kind === "router");
  expect(onRouter.length).toBeGreaterThan(0);
  for (const { closed, errors, unknown, lost } of onRouter) {
    expect({ closed, unknown, lost, ...errors, "not-connected": 0 }).toEqual({
      closed: 0,
      unknown: 0,
      lost: 0,
      "not-connected": 0,
    });
  }
  expectKept(ran.code, result);
});
