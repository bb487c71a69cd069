// baton router: leads the clients of one host to the primary, and does nothing else.
import type { Layout } from "../cluster/types.ts";
import { runAgent } from "../agent/agent.ts";
import { BatonError, EXIT } from "../errors.ts";
import { inputsOf, recordInputs } from "../converge/inputs.ts";
import { selfCommand } from "../lab/self.ts";
import { openProcesses, type Processes, thisProcess } from "../router/processes.ts";
import type { Clock } from "../sys/clock.ts";
import { versionOfBaton } from "../version.ts";
import type { Command } from "./command.ts";
import { drainFrom } from "./drain.ts";
import { openClusterFile, readClientTls } from "./open-cluster.ts";
import { stateFolder } from "./state-folder.ts";

const PROCESSES_MAX = 64;

function countFrom(given: unknown): number {
  const count = Number(given);
  if (Number.isInteger(count) && count >= 1 && count <= PROCESSES_MAX) return count;
  const expected = `expected a whole number from 1 to ${PROCESSES_MAX}`;
  throw new BatonError("USAGE", `--processes ${String(given)}: ${expected}`);
}

function processesFor(count: number, clock: Clock, say: (line: string) => void): Processes {
  if (count === 1) return thisProcess;
  return openProcesses({ count, command: selfCommand(), args: ["router-worker"], clock, say });
}

/** @throws BatonError USAGE for a host where this command would not be the right one. */
function checkHost({ cluster }: Layout, name: string): void {
  const host = cluster.hosts.find((one) => one.name === name);
  if (host?.runs.includes("router") && !host.runs.includes("agent")) return;
  const found = host === undefined ? "is not in the cluster file" : `runs ${host.runs.join(", ")}`;
  const expected = "`baton router` is for a host that runs a router and no agent, which brings its own";
  throw new BatonError("USAGE", `host ${name} ${found}; ${expected}`);
}

export const router: Command = {
  id: "router",
  summary: "lead this host's clients to the primary, and touch nothing else",
  examples: [
    { line: "baton router --file cluster.yml --host app", remark: "on a host with `runs: [router]`" },
    {
      line: "baton router --file cluster.yml --host app --processes 2 --drain 30s",
      remark: "two processes behind each port; 30 s for sessions to end on SIGTERM",
    },
  ],
  options: [
    { flags: "--file <path>", summary: "the cluster file" },
    { flags: "--host <name>", summary: "the host of the cluster file that this is" },
    { flags: "--state <folder>", summary: "what must outlive the process: newest epoch seen, journal" },
    { flags: "--listen <address>", summary: "listen here instead of at the host's own address" },
    { flags: "--processes <number>", summary: "how many processes serve clients", fallback: "1" },
    { flags: "--drain <duration>", summary: "time for sessions to end on SIGTERM", fallback: "10s" },
  ],
  async run(given, { terminal, clock, environment, signal }) {
    const { file, host, state, listen } = given;
    if (typeof file !== "string" || typeof host !== "string")
      throw new BatonError("USAGE", "a router needs --file and --host");
    const count = countFrom(given["processes"]);
    const drainMs = drainFrom(given["drain"]);
    const opened = await openClusterFile(file, environment);
    const { layout: whole, secrets } = opened;
    checkHost(whole, host);
    const say = (line: string) => terminal.out(line);
    const served = whole.cluster.targets.filter(({ on }) => on.includes(host));
    for (const { name } of served)
      say(`target ${name} is not served from here: ${host} would have to run an agent`);
    const stateDirectory = stateFolder(state, whole, host, environment);
    await recordInputs(stateDirectory, await inputsOf(file, whole.cluster), { environment, say });
    const options = {
      duty: "router" as const,
      layout: { ...whole, cluster: { ...whole.cluster, targets: [] } },
      secrets,
      clientTls: await readClientTls(opened, file),
      host,
      stateDirectory,
      pages: new URL("./pages/", import.meta.url),
      token: undefined,
      readSecret: () => Promise.reject(new BatonError("SECRET", "a router serves no target")),
      wakeSocket: undefined,
      version: versionOfBaton(),
      clock,
      processes: processesFor(count, clock, say),
      drainMs,
      say,
      backlogBytes: () => terminal.outBacklogBytes(),
    };
    await runAgent(typeof listen === "string" ? { ...options, listenAddress: listen } : options, signal);
    return EXIT.fine;
  },
};
