// baton lab cont: let frozen processes of a host go on (SIGCONT).
import type { Command } from "./command.ts";
import { processCommand } from "./lab-process.ts";

export const labCont: Command = processCommand(
  "cont",
  "let frozen processes of a host go on (SIGCONT)",
  "its Redis wakes up and thinks no time has passed",
);
