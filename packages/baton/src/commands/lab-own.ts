// baton lab own: the background process of a detached lab; other commands start it, nobody does by hand.
import { BatonError, EXIT } from "../errors.ts";
import { ownLab } from "../lab/owner.ts";
import { failedMessage, logLine, openStarter } from "../lab/owner-channel.ts";
import type { Command } from "./command.ts";

export const labOwn: Command = {
  id: "lab own",
  summary: "own a lab that was made by another command",
  examples: [],
  hidden: true,
  options: [{ flags: "--directory <folder>", summary: "the lab's folder" }],
  async run(given, { environment, signal }) {
    const { directory } = given;
    if (typeof directory !== "string")
      throw new BatonError("USAGE", "the owner of a lab needs --directory");
    const starter = openStarter();
    try {
      await ownLab(directory, {
        environment,
        signal: AbortSignal.any([signal, starter.gone]),
        progress(line) {
          logLine(line);
          void starter.tell({ kind: "progress", line });
        },
        ready: () => starter.tell({ kind: "ready" }),
      });
      return EXIT.fine;
    } catch (error) {
      logLine(error instanceof Error ? (error.stack ?? error.message) : String(error));
      await starter.tell(failedMessage(error));
      return error instanceof BatonError ? error.exitCode : EXIT.bug;
    }
  },
};
