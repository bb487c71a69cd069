// baton router-worker: one of the processes that `baton router --processes N` starts; nobody does by hand.
import { EXIT } from "../errors.ts";
import { channelOfProcess, runWorker } from "../router/worker.ts";
import type { Command } from "./command.ts";

export const routerWorker: Command = {
  id: "router-worker",
  summary: "serve clients for the router that started this process",
  examples: [],
  hidden: true,
  options: [],
  // Its signal is not listened to: a service manager and a terminal signal the whole group, and it is the
  // router that says when its workers are to drain and to end.
  async run(_given, { clock }) {
    await runWorker(channelOfProcess(), clock);
    return EXIT.fine;
  },
};
