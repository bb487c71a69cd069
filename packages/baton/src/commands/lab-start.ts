// baton lab start: start processes of a host again, with the configuration as they left it.
import type { Command } from "./command.ts";
import { processCommand } from "./lab-process.ts";

export const labStart: Command = processCommand(
  "start",
  "start processes of a host again, with the configuration as they left it",
  "its Redis comes back",
);
