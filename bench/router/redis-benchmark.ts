// Debian's redis-benchmark as the load generator: its command line, its run, and its table.
import { execFile } from "node:child_process";
import { BatonError } from "../../packages/baton/src/errors.ts";
import type { Played } from "./figures.ts";

export interface BenchmarkOptions {
  readonly address: string;
  readonly port: number;
  readonly password: string;
  readonly command: "set" | "get";
  readonly clients: number;
  /** Commands in one write. */
  readonly pipeline: number;
  readonly valueBytes: number;
  /** Keys `key:000000000000` and so on are drawn from so many. */
  readonly keyspace: number;
  readonly requests: number;
}

/** A run is sized for a few seconds; one that takes this long stands still. */
const RUN_MS = 120_000;

export function benchmarkArguments(options: BenchmarkOptions): readonly string[] {
  const { address, port, password, command, clients, pipeline } = options;
  const { valueBytes, keyspace, requests } = options;
  const values = {
    "-h": address,
    "-p": port,
    "-t": command,
    "-c": clients,
    "-P": pipeline,
    "-d": valueBytes,
    "-r": keyspace,
    "-n": requests,
    // Of a lab that lives for minutes; the program takes it in no other way.
    "-a": password,
  };
  return ["--csv", ...Object.entries(values).flatMap(([flag, value]) => [flag, String(value)])];
}

const cellsOf = (line: string): readonly string[] =>
  line.split(",").map((cell) => cell.trim().replaceAll('"', ""));

/**
 * The one line behind the head line of --csv, by column name.
 * @throws BatonError UNABLE for anything else: the version is not one that is known.
 */
export function parseBenchmark(text: string, requests: number): Played {
  const lines = text.trim().split("\n");
  const at = lines.findIndex((line) => line.startsWith('"test"'));
  const heads = cellsOf(lines[at] ?? "");
  const cells = cellsOf(lines[at + 1] ?? "");
  const number = (name: string): number => {
    const value = Number(at < 0 ? Number.NaN : (cells[heads.indexOf(name)] ?? Number.NaN));
    if (Number.isFinite(value) && value > 0) return value;
    throw new BatonError(
      "UNABLE",
      `redis-benchmark: expected a positive ${name} in its CSV, found ${JSON.stringify(text.slice(0, 300))}`,
    );
  };
  return {
    operations: requests,
    operationsPerSecond: number("rps"),
    p50Ms: number("p50_latency_ms"),
    p99Ms: number("p99_latency_ms"),
  };
}

/** @throws BatonError UNABLE when it fails, as at the first error reply; INTERRUPTED. */
export async function runBenchmark(options: BenchmarkOptions, signal: AbortSignal): Promise<Played> {
  signal.throwIfAborted();
  const run = { timeout: RUN_MS, killSignal: "SIGKILL", signal, maxBuffer: 1 << 20 } as const;
  const text = await new Promise<string>((resolve, reject) => {
    execFile("redis-benchmark", benchmarkArguments(options), run, (error, stdout, stderr) => {
      if (error === null) {
        resolve(stdout);
        return;
      }
      // Node's own message would quote the command line, and the password with it.
      const said = `${stdout}\n${stderr}`.split("\n").filter((line) => !/^$|WARNING/.test(line));
      const how = error.killed === true ? `was killed after ${RUN_MS} ms` : `failed (${error.code})`;
      const message = `redis-benchmark at ${options.address}:${options.port} ${how}: ${said.at(-1) ?? ""}`;
      reject(new BatonError("UNABLE", message));
    });
  }).catch((error: unknown) => {
    signal.throwIfAborted();
    throw error;
  });
  return parseBenchmark(text, options.requests);
}
