// npm test: everything that proves the promises. Arguments go to vitest: npm test -- --project unit
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { prepare, root } from "./prepare.mjs";

prepare({ withDevelopment: true });
const vitest = join(root, "node_modules/vitest/vitest.mjs");
// Deployments onto real hosts take as long as everything else together, and a quiet machine: they are asked
// for by name.
const asked = process.argv.slice(2);
const chosen = asked.length === 0 ? ["--project", "!hosts"] : asked;
const done = spawnSync(process.execPath, [vitest, "run", ...chosen], {
  cwd: root,
  stdio: "inherit",
});
process.exit(done.status ?? 1);
