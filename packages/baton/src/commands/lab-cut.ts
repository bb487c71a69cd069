// baton lab cut: silence between two hosts of a lab, as when a network drops every packet.
import type { Command } from "./command.ts";
import { demanded, givenLab, labJsonOption, labNameOption, sayDone } from "./lab-process.ts";

export const labCut: Command = {
  id: "lab cut",
  summary: "drop everything between two hosts of a lab: nothing arrives, nothing is refused",
  examples: [
    { line: "baton lab cut h1 h2", remark: "until `baton lab heal`" },
    {
      line: "baton lab cut clients h1 --one-way",
      remark: "h1 no longer hears clients, and still sends",
    },
  ],
  arguments: [
    { name: "<from>", summary: "a host of the lab, or clients" },
    { name: "<to>", summary: "a host of the lab, or clients" },
  ],
  options: [
    labNameOption,
    { flags: "--one-way", summary: "only from the first to the second" },
    labJsonOption,
  ],
  async run(given, context) {
    const lab = await givenLab(given, context);
    const oneWay = given["oneWay"] === true;
    const done = await lab.cut(demanded(given, "from"), demanded(given, "to"), { oneWay });
    return sayDone(done, given, context);
  },
};
