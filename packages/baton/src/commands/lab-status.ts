// baton lab status: hosts, ports and processes of a running lab.
import { EXIT } from "../errors.ts";
import { labHome } from "../lab/home.ts";
import { findLab } from "../lab/registry.ts";
import { seeLab } from "../lab/remote.ts";
import type { Command } from "./command.ts";
import { labStatusLines } from "./lab-lines.ts";
import { labNameOption } from "./lab-process.ts";

export const labStatus: Command = {
  id: "lab status",
  summary: "show hosts, ports and processes of a lab, and what is stopped, cut or delayed",
  examples: [
    { line: "baton lab status", remark: "the only lab that runs" },
    {
      line: "baton lab status --json",
      remark: "for scripts: addresses, ports, pids, the password's file",
    },
  ],
  options: [labNameOption, { flags: "--json", summary: "machine-readable" }],
  async run(given, { terminal, environment }) {
    const { name } = given;
    const lab = await findLab(labHome(environment), typeof name === "string" ? name : undefined);
    const { status, disturbances } = await seeLab(lab);
    if (given["json"] === true) terminal.out(JSON.stringify(status, undefined, 2));
    else for (const line of labStatusLines(status, disturbances)) terminal.out(line);
    return EXIT.fine;
  },
};
