// One fault with all clients, as a person would ask for it: `baton drill matrix`, in a process of its own.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { drillResultSchema } from "../../packages/baton/src/drill/report/index.ts";
import type { Engine } from "./engines.ts";
import { type Measured, measuredDrill } from "./measured.ts";

export interface Played {
  readonly fault: string;
  readonly clients: string;
  readonly runs: number;
  readonly durability: Measured["durability"];
  readonly engine: Engine;
}

interface Said {
  readonly drills: readonly unknown[];
  readonly failures: readonly { readonly message: string }[];
}

/** From the end of what it was told to, to SIGKILL. */
const GRACE_MS = 60_000;

async function batonSays(args: readonly string[], signal: AbortSignal) {
  const cli = join(process.cwd(), "packages/baton/dist/cli.js");
  const child = spawn(process.execPath, [cli, ...args], { stdio: ["ignore", "pipe", "pipe"] });
  const heard = { out: "", err: "" };
  child.stdout.setEncoding("utf8").on("data", (text: string) => (heard.out += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => (heard.err += text));
  let late: NodeJS.Timeout | undefined;
  const stop = () => {
    // It takes its lab down first.
    child.kill("SIGTERM");
    late = setTimeout(() => child.kill("SIGKILL"), GRACE_MS);
  };
  signal.addEventListener("abort", stop, { once: true });
  await once(child, "close");
  clearTimeout(late);
  signal.removeEventListener("abort", stop);
  signal.throwIfAborted();
  return heard;
}

export async function playMatrix(
  { fault, clients, runs, durability, engine }: Played,
  signal: AbortSignal,
): Promise<Pick<Measured, "drills" | "failures">> {
  const asked = ["--faults", fault, "--clients", clients, "--runs", String(runs)];
  const how = ["--durability", durability, "--no-evidence", "--json"];
  const where = engine.folder === undefined ? [] : ["--engine", engine.folder];
  const { out, err } = await batonSays(["drill", "matrix", ...asked, ...how, ...where], signal);
  if (out === "") return { drills: [], failures: [{ fault, engine: engine.name, message: err.trim() }] };
  const { drills, failures } = JSON.parse(out) as Said;
  return {
    drills: drills.map((drill) => measuredDrill(drillResultSchema.parse(drill))),
    failures: failures.map(({ message }) => ({ fault, engine: engine.name, message })),
  };
}
