// baton lab delay: a slow network between two hosts of a lab.
import { BatonError } from "../errors.ts";
import { DELAY_MS_MAX } from "../lab/control.ts";
import type { Command } from "./command.ts";
import { demanded, givenLab, labJsonOption, labNameOption, sayDone } from "./lab-process.ts";

export const labDelay: Command = {
  id: "lab delay",
  summary: "delay everything between two hosts of a lab, in both directions",
  examples: [{ line: "baton lab delay h1 h3 40", remark: "40 ms each way, 80 ms for a round trip" }],
  arguments: [
    { name: "<from>", summary: "a host of the lab, or clients" },
    { name: "<to>", summary: "a host of the lab, or clients" },
    { name: "<ms>", summary: `milliseconds each way, 0 to ${DELAY_MS_MAX}; 0 ends the delay` },
  ],
  options: [labNameOption, labJsonOption],
  async run(given, context) {
    const asked = demanded(given, "ms");
    const ms = /^\d+(\.\d+)?$/.test(asked) ? Number(asked) : Number.NaN;
    if (!(ms <= DELAY_MS_MAX)) {
      throw new BatonError(
        "USAGE",
        `a delay is a number of milliseconds from 0 to ${DELAY_MS_MAX}, found ${asked}`,
      );
    }
    const lab = await givenLab(given, context);
    return sayDone(await lab.delay(demanded(given, "from"), demanded(given, "to"), ms), given, context);
  },
};
