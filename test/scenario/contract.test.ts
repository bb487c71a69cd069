// docs/scripting.md promises keys to scripts: the real output has every one of them, and no other.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { root } from "../repo/run.ts";
import { baton, makeHome, removeHome } from "./support/baton.ts";
import { keepEvidence } from "./support/evidence.ts";
import { labUp } from "./support/lab.ts";

let home: string;
beforeEach(async () => {
  home = await makeHome();
  await labUp(home);
});
afterEach(async (context) => {
  keepEvidence(context, home);
  await baton(home, ["lab", "down"]);
  await removeHome(home);
});

/** The JSON example below the heading of a command. */
function promised(command: string): unknown {
  const text = readFileSync(join(root, "docs/scripting.md"), "utf8");
  const section = text.split("\n## ").find((part) => part.startsWith(`baton ${command}`));
  const [, example] = /```json\n([\s\S]*?)```/.exec(section ?? "") ?? [];
  return JSON.parse(example ?? "null");
}

/** Their keys are names of hosts, or of what went wrong. */
const OPEN = /(^|[.])(errors|versions)$/;

/** "hosts[].redis.port" for every leaf; a list is judged by its first entry, null counts as a leaf. */
function leaves(value: unknown, path = ""): string[] {
  if (Array.isArray(value)) return value.length === 0 ? [] : leaves(value[0], `${path}[]`);
  if (value === null || typeof value !== "object" || OPEN.test(path)) return [path];
  const inner = Object.entries(value).flatMap(([key, one]) =>
    leaves(one, path === "" ? key : `${path}.${key}`),
  );
  return inner.sort();
}

test("lab status, status and drill print exactly the keys that are promised", async () => {
  const lab = await baton(home, ["lab", "status", "--json"]);
  expect(leaves(JSON.parse(lab.out))).toEqual(leaves(promised("lab status")));
  await baton(home, ["lab", "kill", "h3"]);
  const status = await baton(home, ["status", "--json"]);
  expect(leaves(JSON.parse(status.out))).toEqual(leaves(promised("status")));
  await baton(home, ["lab", "start", "h3"]);
  const drill = await baton(home, [
    "drill",
    "run",
    "kill-primary",
    "--json",
    "--no-evidence",
    "--clients",
    "1",
  ]);
  expect(leaves(JSON.parse(drill.out))).toEqual(leaves(promised("drill run")));
});
