// baton lab heal: every link of a lab open and fast again.
import type { Command } from "./command.ts";
import { givenLab, labJsonOption, labNameOption, sayDone } from "./lab-process.ts";

export const labHeal: Command = {
  id: "lab heal",
  summary: "end every cut and every delay of a lab; what was held back goes on its way",
  examples: [{ line: "baton lab heal", remark: "stopped processes stay stopped: see `baton lab cont`" }],
  options: [labNameOption, labJsonOption],
  async run(given, context) {
    const lab = await givenLab(given, context);
    return sayDone(await lab.heal(), given, context);
  },
};
