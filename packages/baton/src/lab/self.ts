// How Baton starts itself again: a lab's owner and agents are this same program in other processes.
import { fileURLToPath } from "node:url";

/**
 * Node, its own flags, and the built command line. Inside the bundle every chunk lies beside cli.js; run
 * from source (by the tests) it is the one that the build made.
 */
export function selfCommand(): readonly [string, ...string[]] {
  const isSource = import.meta.url.endsWith("/src/lab/self.ts");
  const entry = fileURLToPath(new URL(isSource ? "../../dist/cli.js" : "./cli.js", import.meta.url));
  // A test runner's flags are meant for the test runner.
  return isSource ? [process.execPath, entry] : [process.execPath, ...process.execArgv, entry];
}
