// baton agent: watches the cluster from one host for as long as it runs.
import { dirname, resolve } from "node:path";
import { BatonError, EXIT } from "../errors.ts";
import { runAgent } from "../agent/agent.ts";
import { inputsOf, recordInputs } from "../converge/inputs.ts";
import { thisProcess } from "../router/processes.ts";
import { keepMemoryLow } from "../sys/long-run.ts";
import { versionOfBaton } from "../version.ts";
import type { SecretReference } from "../cluster/types.ts";
import type { Command } from "./command.ts";
import { drainFrom } from "./drain.ts";
import { openClusterFile, readClientTls } from "./open-cluster.ts";
import { readSecret, readToken } from "./secrets.ts";
import { stateFolder } from "./state-folder.ts";

export const agent: Command = {
  id: "agent",
  summary: "watch the cluster from one host, and lead this host's router to the primary",
  examples: [
    { line: "baton agent --file cluster.yml --host h1", remark: "beside the Sentinel on h1" },
    { line: "baton agent --file cluster.yml --host app", remark: "on a host that runs the router" },
  ],
  options: [
    { flags: "--file <path>", summary: "the cluster file" },
    { flags: "--host <name>", summary: "the host of the cluster file that this is" },
    { flags: "--state <folder>", summary: "what must outlive the process: newest epoch seen, journal" },
    { flags: "--listen <address>", summary: "listen here instead of at the host's own address" },
    { flags: "--drain <duration>", summary: "time for sessions to end on SIGTERM", fallback: "10s" },
    { flags: "--socket <path>", summary: "where `baton notify` finds this agent; else in --state" },
  ],
  async run(given, { terminal, clock, environment, signal }) {
    const { file, host, state, listen, socket } = given;
    if (typeof file !== "string" || typeof host !== "string") {
      throw new BatonError("USAGE", "an agent needs --file and --host");
    }
    keepMemoryLow();
    const drainMs = drainFrom(given["drain"]);
    const opened = await openClusterFile(file, environment);
    const { layout, secrets } = opened;
    const runsRouter = layout.routers.some((router) => router.host === host);
    const clientTls = runsRouter ? await readClientTls(opened, file) : undefined;
    const stateDirectory = stateFolder(state, layout, host, environment);
    const say = (line: string) => terminal.out(line);
    await recordInputs(stateDirectory, await inputsOf(file, layout.cluster), { environment, say });
    const pages = new URL("./pages/", import.meta.url);
    const token = await readToken(layout.cluster.secrets.token, dirname(file), environment).catch(
      (error: unknown) => {
        if (!(error instanceof BatonError)) throw error;
        // An agent that nobody can command still follows failovers.
        say(`no request can change anything here: ${error.message}`);
        return undefined;
      },
    );
    const version = versionOfBaton();
    const fromTarget = (what: string, reference: SecretReference) =>
      readSecret(what, reference, dirname(file), environment);
    const wakeSocket = typeof socket === "string" ? resolve(socket) : undefined;
    const routers = { duty: "agent" as const, processes: thisProcess, drainMs, clientTls };
    const outside = { token, readSecret: fromTarget, wakeSocket, pages };
    const backlogBytes = () => terminal.outBacklogBytes();
    const own = { version, host, stateDirectory, clock, say, backlogBytes };
    const options = { layout, secrets, ...own, ...outside, ...routers };
    await runAgent(typeof listen === "string" ? { ...options, listenAddress: listen } : options, signal);
    return EXIT.fine;
  },
};
