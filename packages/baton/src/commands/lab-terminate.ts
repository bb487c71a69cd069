// baton lab terminate: end processes of a host in good order (SIGTERM), as an operator's stop does.
import type { Command } from "./command.ts";
import { processCommand } from "./lab-process.ts";

export const labTerminate: Command = processCommand(
  "terminate",
  "end processes of a host in good order (SIGTERM), as stopping their service does",
  "its Redis waits for its replicas, saves and is gone",
);
