// baton agent: watches the cluster from one host for as long as it runs.
import { join, resolve } from "node:path";
import { BatonError, EXIT } from "../errors.ts";
import { runAgent } from "../agent/agent.ts";
import type { Command } from "./command.ts";
import { openClusterFile } from "./open-cluster.ts";

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
  ],
  async run(given, { terminal, clock, environment, signal }) {
    const { file, host, state, listen } = given;
    if (typeof file !== "string" || typeof host !== "string") {
      throw new BatonError("USAGE", "an agent needs --file and --host");
    }
    const { layout, secrets } = await openClusterFile(file, environment);
    const stateDirectory =
      typeof state === "string"
        ? resolve(state)
        : join(environment["STATE_DIRECTORY"] ?? "/var/lib/baton", layout.cluster.name, host);
    const say = (line: string) => terminal.out(line);
    const pages = new URL("./pages/", import.meta.url);
    const options = { layout, secrets, host, stateDirectory, pages, clock, say };
    await runAgent(typeof listen === "string" ? { ...options, listenAddress: listen } : options, signal);
    return EXIT.fine;
  },
};
