// baton lab stop: freeze processes of a host (SIGSTOP): their ports stay open and nobody answers.
import type { Command } from "./command.ts";
import { processCommand } from "./lab-process.ts";

export const labStop: Command = processCommand(
  "stop",
  "freeze processes of a host (SIGSTOP): their ports stay open and nobody answers",
  "its Redis hangs",
);
