// baton lab kill: end processes of a host at once (SIGKILL), as a crash does.
import type { Command } from "./command.ts";
import { processCommand } from "./lab-process.ts";

export const labKill: Command = processCommand(
  "kill",
  "end processes of a host at once (SIGKILL), as a crash does",
  "a crash of its Redis",
);
