// npm start: a real cluster on this machine, a live workload, a killed primary, a measured verdict.
import { spawn } from "node:child_process";
import { join } from "node:path";
import { prepare, root } from "./prepare.mjs";

prepare({ withDevelopment: false });
const baton = spawn(process.execPath, [join(root, "packages/baton/dist/cli.js"), "demo"], {
  stdio: "inherit",
});
// A terminal sends Ctrl-C to both; the demo cleans up and this process waits for it.
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => baton.kill(signal));
baton.on("exit", (code, signal) => process.exit(code ?? (signal === null ? 70 : 130)));
