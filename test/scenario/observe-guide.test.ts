// What docs/observe.md tells people to write and to type is written and typed here.
import { spawnSync } from "node:child_process";
import { appendFile, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { root } from "../repo/run.ts";
import { baton, makeHome, removeHome } from "./support/baton.ts";
import { filesIn } from "./support/leftovers.ts";

const passwords = Object.fromEntries(
  ["APPLICATION", "REPLICATION", "SENTINEL", "PEER", "AGENT"].map((name) => [
    `BATON_${name}_PASSWORD`,
    `${name.toLowerCase()}-of-the-test`,
  ]),
);

let folder: string;
let guide: string;
let examples: readonly string[];
beforeAll(async () => {
  folder = await makeHome();
  guide = await readFile(join(root, "docs/observe.md"), "utf8");
  examples = [...guide.matchAll(/```yaml\n([\s\S]*?)```/g)].map(([, example]) => example ?? "");
  const smallest = await readFile(join(root, "examples/smallest.yml"), "utf8");
  await writeFile(join(folder, "cluster.yml"), `${smallest}\n${examples[0]}`);
});
afterAll(async () => {
  await removeHome(folder);
});

/** The first that begins so, in the folder of the test. */
async function typed(beginning: string): Promise<void> {
  const line = guide.split("\n").find((one) => one.trim().startsWith(beginning)) ?? "";
  const words = line.trim().split(" ").slice(1);
  const inFolder = words.map((word) =>
    word === "cluster.yml" || word === "rendered" ? join(folder, word) : word,
  );
  const { code, err } = await baton(folder, inFolder, passwords);
  expect(`${line}: ${code} ${code === 0 ? "" : err}`).toBe(`${line}: 0 `);
}

function judged(program: string, ...args: readonly string[]): void {
  const { status, stdout, stderr } = spawnSync(program, args, { encoding: "utf8", timeout: 30_000 });
  expect({ status, said: status === 0 ? "" : `${stdout}${stderr}` }).toEqual({ status: 0, said: "" });
}

test("the command of the guide writes the files that it lists, and no others", async () => {
  await typed("baton render --file cluster.yml --out rendered --only");
  const listed = [...guide.matchAll(/^ {4}rendered\/(monitoring\/\S+)/gm)].map(([, path]) => path ?? "");
  const written = await filesIn(join(folder, "rendered"));
  expect(written.filter((path) => path.startsWith("monitoring/")).sort()).toEqual(listed.toSorted());
});

test("Prometheus and Alertmanager take them, with the guide's section `alerting`", async () => {
  const at = (name: string) => join(folder, "rendered/monitoring", name);
  judged("promtool", "check", "config", at("prometheus.yml"));
  judged("amtool", "check-config", at("alertmanager.yml"));
  await appendFile(at("prometheus.yml"), examples[1] ?? "");
  judged("promtool", "check", "config", at("prometheus.yml"));
});

test("runbooks are where the guide's second command says, and a place without NAME is refused", async () => {
  const places = ["--file", join(folder, "cluster.yml"), "--out", join(folder, "other")];
  const { code, err } = await baton(folder, ["render", ...places, "--runbooks", "/x"], passwords);
  expect([code, err]).toEqual([2, expect.stringContaining("expected a URL or a path with NAME in it")]);
  await removeHome(join(folder, "rendered"));
  await typed("baton render --file cluster.yml --out rendered --runbooks");
  const rules = await readFile(join(folder, "rendered/monitoring/baton.rules.yml"), "utf8");
  expect(rules).toContain("runbook_url: https://docs.example.com/runbooks/BatonNoPrimary.html");
});
