// baton targets check: reads every target of a host and says what does not lead to the primary.
import type { Command } from "./command.ts";
import { checkAll, hostOptions, openTargetsOfHost, showChecked } from "./targets-of-host.ts";

export const targetsCheck: Command = {
  id: "targets check",
  summary: "read every target of a host, and say which does not lead to the primary; changes nothing",
  examples: [
    {
      line: "baton targets check --file cluster.yml --host app",
      remark: "exit 1 when one is not right",
    },
  ],
  options: hostOptions,
  async run(given, context) {
    const targets = await openTargetsOfHost(given, context);
    return showChecked(await checkAll(targets), given, context);
  },
};
