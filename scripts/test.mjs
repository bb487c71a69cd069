// npm test: everything that proves the promises. Arguments go to vitest: npm test -- --project unit
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { prepare, root } from "./prepare.mjs";

prepare({ withDevelopment: true });
const vitest = join(root, "node_modules/vitest/vitest.mjs");
const done = spawnSync(process.execPath, [vitest, "run", ...process.argv.slice(2)], {
  cwd: root,
  stdio: "inherit",
});
process.exit(done.status ?? 1);
