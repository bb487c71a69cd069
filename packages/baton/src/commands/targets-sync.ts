// baton targets sync: leads the targets of a host to the primary once, where no agent does.
import { join } from "node:path";
import { WAKE_PATH } from "../agent/wake-socket.ts";
import { BatonError } from "../errors.ts";
import { askLocal } from "../sys/unix-http.ts";
import { missing, seen, waitFor } from "../sys/wait.ts";
import { openTargets } from "../targets/engine.ts";
import { nodesIn } from "../targets/nodes.ts";
import type { Command, Context } from "./command.ts";
import {
  checkAll,
  hostOptions,
  openTargetsOfHost,
  showChecked,
  type TargetsOfHost,
} from "./targets-of-host.ts";

const SYNC_MS = 15_000;

/** An agent that runs holds targets.json in its memory: a second writer would be overwritten by it. */
async function isAgentThere({ stateDirectory }: TargetsOfHost, socket: unknown): Promise<boolean> {
  const path = typeof socket === "string" ? socket : join(stateDirectory, "wake.sock");
  try {
    await askLocal(path, { method: "POST", path: WAKE_PATH }, { withinMs: 1_000 });
    return true;
  } catch (error) {
    const { code } = ((error as Error).cause ?? {}) as NodeJS.ErrnoException;
    // One that does not answer in time may be frozen, and go on where it was.
    return code !== "ENOENT" && code !== "ECONNREFUSED";
  }
}

async function syncOnce(targets: TargetsOfHost, { terminal, clock, signal }: Context): Promise<void> {
  const { layout, host, stateDirectory, readSecret, routes } = targets;
  const engine = await openTargets({
    plans: layout.cluster.targets,
    host,
    nodesOf: nodesIn(layout.groups),
    stateDirectory,
    clock,
    readSecret,
    write: ({ sentence }) => terminal.note(sentence),
  });
  const turn = () => {
    for (const [group, route] of routes) {
      if (route.kind === "primary" && route.confirmed) engine.turn(group, route, true);
    }
    const open = engine.state().filter(({ desired, isInSync }) => desired !== undefined && !isInSync);
    return open.length === 0 ? seen(undefined) : missing(open.map(({ name }) => name).join(", "));
  };
  try {
    await waitFor("targets to be led", turn, { withinMs: SYNC_MS, everyMs: 50, signal });
  } catch (error) {
    // What is still wrong, and why, is what the check after this one shows.
    if (!(error instanceof BatonError)) throw error;
  } finally {
    await engine.close();
  }
}

export const targetsSync: Command = {
  id: "targets sync",
  summary: "lead the targets of a host to the primary once, where no agent runs that does",
  examples: [
    {
      line: "baton targets sync --file cluster.yml --host app --dry-run",
      remark: "what it would change",
    },
    { line: "baton targets sync --file cluster.yml --host app", remark: "and do it" },
  ],
  options: [
    ...hostOptions,
    { flags: "--socket <path>", summary: "the agent's --socket, if it was given one" },
    { flags: "--dry-run", summary: "change nothing" },
  ],
  async run(given, context) {
    const targets = await openTargetsOfHost(given, context);
    if (given["dryRun"] !== true) {
      if (await isAgentThere(targets, given["socket"])) {
        throw new BatonError("UNABLE", "the agent of this host runs and does this by itself");
      }
      await syncOnce(targets, context);
    }
    return showChecked(await checkAll(targets), given, context);
  },
};
