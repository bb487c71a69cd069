// redis-benchmark, run after run: it counts up one key a run, so that a lost write and one that was executed
// twice both show.
import { spawn } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";

const { values: options } = parseArgs({
  options: {
    address: { type: "string" },
    port: { type: "string" },
    connections: { type: "string", default: "1" },
    pipeline: { type: "string", default: "1" },
    // Between two runs; within one, redis-benchmark knows no pause.
    "pause-ms": { type: "string", default: "20" },
    seconds: { type: "string", default: "600" },
    prefix: { type: "string" },
    // A multiple of the pipeline's depth.
    requests: { type: "string", default: "16000" },
  },
});
const requests = Number(options.requests);
const endMs = performance.now() + Number(options.seconds) * 1000;
const stopping = new AbortController();
let present;
process.on("SIGTERM", () => {
  stopping.abort();
  present?.kill("SIGKILL");
});

function say(facts) {
  process.stdout.write(`${JSON.stringify(facts)}\n`);
}

/** @returns what a run has said, and how it ended. */
async function runOnce(key) {
  const { address = "", port = "", connections, pipeline } = options;
  const password = process.env["REDIS_PASSWORD"];
  const login = password === undefined ? [] : ["-a", password];
  const size = ["-c", connections, "-P", pipeline, "-n", String(requests)];
  const benchmark = ["redis-benchmark", "-h", address, "-p", port, ...login, ...size, "--csv"];
  // Nicest of all: without a pace of its own it would take the machine from the servers that it asks.
  present = spawn("nice", ["-n", "19", ...benchmark, "INCR", key], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  let [out, err] = ["", ""];
  present.stdout.on("data", (chunk) => (out += chunk));
  present.stderr.on("data", (chunk) => (err += chunk));
  const code = await new Promise((resolve) => present.once("close", resolve));
  // The last column of the last line is the longest time that one request took.
  const figures = out.trim().split("\n").at(-1)?.split(",") ?? [];
  const worstMs = Number((figures.at(-1) ?? "").replaceAll('"', ""));
  return { isFine: code === 0 && figures.length > 5, worstMs, said: (err || out).trim() };
}

const prefix = `${options.prefix}:`;
const connection = prefix;
let [acknowledged, errors, longestGapMs, failedSinceMs] = [0, 0, 0, undefined];
for (let run = 1; !stopping.signal.aborted && performance.now() < endMs; run += 1) {
  const key = `${prefix}${run}`;
  const startedMs = performance.now();
  const { isFine, worstMs, said } = await runOnce(key);
  if (stopping.signal.aborted) break;
  if (isFine) {
    acknowledged += requests;
    const outageMs = failedSinceMs === undefined ? 0 : performance.now() - failedSinceMs;
    longestGapMs = Math.round(Math.max(longestGapMs, worstMs, outageMs));
    failedSinceMs = undefined;
    say({ event: "counted", key, count: requests });
  } else {
    errors += 1;
    failedSinceMs ??= startedMs;
    // It gives up at the first error of any connection, and all its connections with it.
    say({ event: "error", connection, closed: true, message: said.split("\n").at(-1)?.slice(0, 200) });
  }
  await sleep(Number(options["pause-ms"]));
}
say({ event: "summary", connection, acknowledged, errors, closed: errors, longestGapMs });
