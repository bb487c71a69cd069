// baton lab down: ends every process of a lab and removes its folder.
import { EXIT } from "../errors.ts";
import { labHome } from "../lab/home.ts";
import { findLab, listLabs } from "../lab/registry.ts";
import { endLab } from "../lab/remote.ts";
import type { Command } from "./command.ts";
import { labNameOption } from "./lab-process.ts";

export const labDown: Command = {
  id: "lab down",
  summary: "end a lab: its processes, its ports and its folder",
  examples: [
    { line: "baton lab down", remark: "the only lab that runs" },
    { line: "baton lab down --name mine", remark: "also removes the folder that --keep left" },
  ],
  options: [labNameOption],
  async run(given, { terminal, environment }) {
    const home = labHome(environment);
    const { name } = given;
    const dead = (await listLabs(home)).find((lab) => lab.name === name && !lab.lives);
    const lab = dead ?? (await findLab(home, typeof name === "string" ? name : undefined));
    await endLab(lab);
    terminal.note(`lab ${lab.name} is gone`);
    return EXIT.fine;
  },
};
