// baton lab logs: the last lines that the processes of a lab wrote.
import { BatonError, EXIT } from "../errors.ts";
import { labHome } from "../lab/home.ts";
import { readLogs } from "../lab/logs.ts";
import { PROCESS_KINDS } from "../lab/record.ts";
import { findLab } from "../lab/registry.ts";
import { planOf } from "../lab/remote.ts";
import type { Command } from "./command.ts";
import { labNameOption } from "./lab-process.ts";

const LINES_MAX = 10_000;

export const labLogs: Command = {
  id: "lab logs",
  summary: "show the last lines that the processes of a lab wrote",
  examples: [
    { line: "baton lab logs", remark: "of every process" },
    { line: "baton lab logs --host h1 --process sentinel --lines 100", remark: "of one" },
  ],
  options: [
    labNameOption,
    { flags: "--host <host>", summary: "only this host" },
    { flags: "--process <process>", summary: "only this kind of process", choices: PROCESS_KINDS },
    { flags: "--lines <count>", summary: `lines of each log, at most ${LINES_MAX}`, fallback: "20" },
  ],
  async run(given, { terminal, environment }) {
    const { name, host, lines } = given;
    const count = Number(lines ?? 20);
    if (!Number.isInteger(count) || count < 1 || count > LINES_MAX) {
      throw new BatonError(
        "USAGE",
        `--lines is a whole number from 1 to ${LINES_MAX}, found ${String(lines)}`,
      );
    }
    const lab = await findLab(labHome(environment), typeof name === "string" ? name : undefined);
    const process = PROCESS_KINDS.find((kind) => kind === given["process"]);
    const choice = { host: typeof host === "string" ? host : undefined, process, lines: count };
    for (const { title, path, lines: found } of await readLogs(await planOf(lab), choice)) {
      terminal.out(`==> ${title}  ${path}`);
      for (const line of found) terminal.out(line);
    }
    return EXIT.fine;
  },
};
