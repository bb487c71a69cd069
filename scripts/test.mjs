// npm test: everything that proves the promises. Arguments go to vitest: npm test -- --project unit
import { spawn } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { prepare, root } from "./prepare.mjs";

const vitest = join(root, "node_modules/vitest/vitest.mjs");

/**
 * In a group of its own, which a signal from here ends as a whole. `isHeld`: what it writes is shown when it
 * has ended, so that two of them are not read line by line through each other.
 */
function run(args, { isHeld, counts, environment }) {
  const child = spawn(process.execPath, [vitest, "run", ...args], {
    cwd: root,
    stdio: ["inherit", isHeld ? "pipe" : "inherit", isHeld ? "pipe" : "inherit"],
    env: {
      ...process.env,
      ...environment,
      ...(counts === undefined ? {} : { BATON_TEST_COUNTS: counts }),
    },
  });
  const held = [];
  child.stdout?.on("data", (bytes) => held.push(bytes));
  child.stderr?.on("data", (bytes) => held.push(bytes));
  const forward = (signal) => child.kill(signal);
  process.on("SIGINT", forward).on("SIGTERM", forward);
  return new Promise((resolve) => {
    child.once("close", (status) => {
      process.off("SIGINT", forward).off("SIGTERM", forward);
      process.stdout.write(Buffer.concat(held));
      resolve(status ?? 1);
    });
  });
}

/** What test/closing-line.ts of each run has left there. */
function sumOf(folder) {
  const sum = { passed: 0, failures: [], skipped: 0, again: [] };
  for (const name of readdirSync(folder)) {
    const { passed, failures, skipped, again } = JSON.parse(readFileSync(join(folder, name), "utf8"));
    sum.passed += passed;
    sum.failures.push(...failures);
    sum.skipped += skipped;
    sum.again.push(...again);
  }
  return sum;
}

/**
 * A deployment onto real hosts, and clients in other languages: each on networks of its own. What is done to
 * a cluster on later days, TLS, adoption and drills over SSH take forty minutes more, and are run by hand:
 * `npm test -- --project hosts`.
 */
const BESIDE = [
  ["--project", "hosts", "test/hosts/deploy.test.ts"],
  ["--project", "recipes"],
];

/** Three files at a time on two cores: a deadline says that something hangs, not that it had to wait. */
const CROWDED = { SLOW: process.env.SLOW ?? "2" };

async function runBeside(counts) {
  const statuses = [];
  for (const args of BESIDE)
    statuses.push(await run(args, { isHeld: true, counts, environment: CROWDED }));
  return statuses;
}

async function runAll() {
  const counts = mkdtempSync(join(tmpdir(), "baton-test-counts-"));
  try {
    const statuses = [
      // A browser takes seconds: nothing is won by letting it run beside scenarios, and their times suffer.
      await run(
        ["unit", "repo", "browser", "targets"].flatMap((name) => ["--project", name]),
        {
          isHeld: false,
          counts,
        },
      ),
      // Scenarios wait for failovers most of their time: what runs beside them costs little more.
      ...(
        await Promise.all([
          run(["--project", "scenario"], { isHeld: false, counts, environment: CROWDED }),
          runBeside(counts),
        ])
      ).flat(),
    ];
    const { passed, failures, skipped, again } = sumOf(counts);
    const isWhole = readdirSync(counts).length === statuses.length;
    if (!isWhole) failures.push("failed: a part of the tests has ended before its end: see above");
    for (const told of [...again, ...failures]) console.log(told);
    const broken = failures.length;
    console.log(`${passed} passed, ${broken} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`);
    return statuses.find((status) => status !== 0) ?? (broken === 0 ? 0 : 1);
  } finally {
    rmSync(counts, { recursive: true, force: true });
  }
}

prepare({ withDevelopment: true });
const asked = process.argv.slice(2);
process.exit(asked.length === 0 ? await runAll() : await run(asked, { isHeld: false }));
