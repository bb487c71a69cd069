// baton lab up: a real cluster on loopback addresses of its own, in the foreground or the background.
import { resolve } from "node:path";
import { EXIT } from "../errors.ts";
import { createLab, type CreateOptions } from "../lab/create.ts";
import { DEFAULT_LAB, labHome } from "../lab/home.ts";
import { launchLab } from "../lab/launch.ts";
import { ownLab } from "../lab/owner.ts";
import { progressAfterMoment } from "../lab/progress.ts";
import { seeLab } from "../lab/remote.ts";
import type { Command, Context, Given } from "./command.ts";
import { labStatusLines } from "./lab-lines.ts";

async function show(directory: string, given: Given, { terminal }: Context): Promise<void> {
  const { status, disturbances } = await seeLab({ directory });
  if (given["json"] === true) terminal.out(JSON.stringify(status, undefined, 2));
  else for (const line of labStatusLines(status, disturbances)) terminal.out(line);
}

async function inForeground(options: CreateOptions, given: Given, context: Context): Promise<void> {
  const { terminal, environment, signal } = context;
  const progress = progressAfterMoment((line) => terminal.note(line));
  const { directory, release } = await createLab(options);
  try {
    await ownLab(directory, {
      environment,
      signal,
      progress: (line) => progress.say(line),
      async ready() {
        progress.stop();
        await release();
        await show(directory, given, context);
        terminal.note("Ctrl-C ends the lab and removes everything it made");
      },
    });
  } finally {
    progress.stop();
    await release();
  }
}

async function inBackground(options: CreateOptions, given: Given, context: Context): Promise<void> {
  const { terminal, environment } = context;
  const progress = progressAfterMoment((line) => terminal.note(line));
  try {
    const directory = await launchLab({ ...options, environment, progress: progress.say });
    await show(directory, given, context);
  } finally {
    progress.stop();
  }
}

export const labUp: Command = {
  id: "lab up",
  summary: "start real redis-server and redis-sentinel processes, and an agent beside each Sentinel",
  examples: [
    { line: "baton lab up", remark: "three hosts and a router; Ctrl-C ends it" },
    { line: "baton lab up --detach --json", remark: "for scripts: goes on in the background" },
    {
      line: "baton lab up --file cluster.yml --name mine",
      remark: "your own cluster, on addresses of this machine",
    },
  ],
  options: [
    {
      flags: "--name <lab>",
      summary: "name of the lab; further labs run side by side",
      fallback: DEFAULT_LAB,
    },
    { flags: "--file <path>", summary: "the cluster file to build; its addresses are replaced" },
    { flags: "--detach", summary: "return when the lab is ready, and let it run" },
    {
      flags: "--no-wires",
      summary: "let processes listen at their announced addresses: faster, but no cut and no delay",
    },
    {
      flags: "--targets",
      summary: "let its agents lead the file's targets, which are the real ones, to this lab",
    },
    {
      flags: "--notify",
      summary: "let its agents tell people by the file's channels, which are the real ones",
    },
    {
      flags: "--disks",
      summary: "a small disk of its own for each node, which can be filled; takes root",
    },
    {
      flags: "--engine <folder>",
      summary: "another Redis or Valkey than the machine's own; scripts/engines.mjs fetches some",
    },
    { flags: "--keep", summary: "leave the folder of a lab that cannot be put up" },
    { flags: "--json", summary: "machine-readable" },
  ],
  async run(given, context) {
    const { name, file, engine } = given;
    const options: CreateOptions = {
      home: labHome(context.environment),
      name: typeof name === "string" ? name : DEFAULT_LAB,
      clusterFile: typeof file === "string" ? resolve(file) : undefined,
      wires: given["wires"] !== false,
      disks: given["disks"] === true,
      targets: given["targets"] === true,
      notify: given["notify"] === true,
      agents: true,
      engine: typeof engine === "string" ? resolve(engine) : undefined,
      keep: given["keep"] === true,
      signal: context.signal,
    };
    if (given["detach"] === true) await inBackground(options, given, context);
    else await inForeground(options, given, context);
    return EXIT.fine;
  },
};
