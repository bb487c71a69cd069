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
function run(args, { isHeld, counts }) {
  const child = spawn(process.execPath, [vitest, "run", ...args], {
    cwd: root,
    stdio: ["inherit", isHeld ? "pipe" : "inherit", isHeld ? "pipe" : "inherit"],
    env: counts === undefined ? process.env : { ...process.env, BATON_TEST_COUNTS: counts },
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
  const sum = { passed: 0, failed: 0, skipped: 0 };
  for (const name of readdirSync(folder)) {
    const counts = JSON.parse(readFileSync(join(folder, name), "utf8"));
    for (const key of Object.keys(sum)) sum[key] += counts[key];
  }
  return sum;
}

/**
 * Deployments onto real hosts, and clients in other languages: each on networks of its own. What is done to a
 * cluster on later days, and drills over SSH, take half an hour more: `npm test -- --project hosts` has them.
 */
const BESIDE = [
  [
    "--project",
    "hosts",
    ...["adopt-deploy", "day-two-tls", "deploy"].map((name) => `test/hosts/${name}`),
  ],
  ["--project", "recipes"],
];

async function runBeside(counts) {
  const statuses = [];
  for (const args of BESIDE) statuses.push(await run(args, { isHeld: true, counts }));
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
        await Promise.all([run(["--project", "scenario"], { isHeld: false, counts }), runBeside(counts)])
      ).flat(),
    ];
    const { passed, failed, skipped } = sumOf(counts);
    const isWhole = readdirSync(counts).length === statuses.length;
    if (!isWhole) console.log("a part of the tests has ended before its end: see above");
    const broken = failed + (isWhole ? 0 : 1);
    console.log(`${passed} passed, ${broken} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`);
    return statuses.find((status) => status !== 0) ?? (broken === 0 ? 0 : 1);
  } finally {
    rmSync(counts, { recursive: true, force: true });
  }
}

prepare({ withDevelopment: true });
const asked = process.argv.slice(2);
process.exit(asked.length === 0 ? await runAll() : await run(asked, { isHeld: false }));
