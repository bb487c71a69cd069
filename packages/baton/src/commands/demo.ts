// baton demo, behind `npm start`: a real cluster, a live workload, a killed primary, a measured verdict.
import { killPrimary } from "../drill/faults/kill-primary.ts";
import { startLab } from "../lab/index.ts";
import type { Command, Context } from "./command.ts";
import { defaultRunFolder, runAndReport } from "./run-drill.ts";

const NEXT = [
  "",
  "The cluster still runs. In another terminal, in this folder:",
  "  npx baton status --watch --name demo          who is primary, who follows, what every Sentinel says",
  "  npx baton lab kill h1 --name demo             kill a Redis and watch the failover",
  "  npx baton drill run kill-primary --name demo  measure it again",
  "Ctrl-C ends it and leaves nothing behind.",
];

async function untilInterrupted({ clock, signal }: Context): Promise<void> {
  while (!signal.aborted) await clock.sleep(60_000, signal).catch(() => undefined);
}

export const demo: Command = {
  id: "demo",
  summary: "build a cluster, kill its primary under load, and show what it cost",
  examples: [
    {
      line: "baton demo",
      remark: "stays up on a terminal until Ctrl-C; otherwise exits by the verdict",
    },
  ],
  options: [{ flags: "--engine <folder>", summary: "another Redis or Valkey, as for `baton lab up`" }],
  async run({ engine: folder }, context) {
    const { terminal, signal } = context;
    terminal.note(
      "starting three hosts on this machine: a Redis, a Sentinel and an agent each, and a router",
    );
    const onProgress = (sentence: string) => terminal.note(`  ${sentence}`);
    const engine = typeof folder === "string" ? { engine: folder } : {};
    const lab = await startLab({ name: "demo", wires: false, signal, onProgress, ...engine });
    try {
      const options = {
        lab,
        fault: killPrimary,
        clientsOfEachKind: 4,
        format: "terminal",
        out: defaultRunFolder(),
      };
      const code = await runAndReport(options, context);
      if (terminal.isInteractive) {
        for (const line of NEXT) terminal.note(line);
        await untilInterrupted(context);
      }
      return code;
    } finally {
      await lab.down();
    }
  },
};
