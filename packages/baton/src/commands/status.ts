// baton status: asks every Sentinel and every node itself, so that it works when no agent does.
import { BatonError, EXIT } from "../errors.ts";
import { watchBegin, watchView } from "../status/screen/watch-view.ts";
import type { Status } from "../status/status.ts";
import { statusLines } from "../status/text.ts";
import type { Command, Context } from "./command.ts";
import { type Looker, openLooker } from "./looker.ts";
import { clusterOptions, openCluster } from "./open-cluster.ts";
import { playView } from "./play-view.ts";
import { watchLines } from "./watch-lines.ts";

/** When nobody at all lets us in there is no status to show, only a password to correct. */
function refuseWhenRefused({ groups }: Status): void {
  const refusal = groups
    .flatMap(({ problems }) => problems)
    .find(({ code }) => code === "observer-refused");
  const isAnyHeard = groups.some(({ sentinels, nodes }) => {
    return (
      sentinels.some(({ state }) => state === "heard") || nodes.some(({ role }) => role !== "unknown")
    );
  });
  if (refusal !== undefined && !isAnyHeard) throw new BatonError("REFUSED", refusal.message);
}

/** Of a thousand groups not all is left behind. */
const LAST_LINES_MAX = 200;

async function watch(looker: Looker, asJson: boolean, context: Context): Promise<void> {
  const { terminal } = context;
  const look = () => looker.look();
  if (asJson || terminal.openScreen === undefined) return await watchLines(look, asJson, context);
  const { looks } = await playView({ begin: watchBegin, view: watchView, look }, context);
  // What was seen last stays on the terminal when the screen is gone.
  if (looks.seen === undefined) return;
  const lines = statusLines(looks.seen.status, terminal);
  terminal.out(looks.seen.status.at);
  for (const line of lines.slice(0, LAST_LINES_MAX)) terminal.out(line);
  if (lines.length > LAST_LINES_MAX)
    terminal.out(`${lines.length - LAST_LINES_MAX} more lines: baton status`);
}

export const status: Command = {
  id: "status",
  summary: "show the route, its epoch, nodes with lag, what every Sentinel says, and named problems",
  examples: [
    { line: "baton status", remark: "of the only lab that runs" },
    {
      line: "baton status --file cluster.yml --watch",
      remark: "again every second, with what has changed marked, until q or Ctrl-C",
    },
    {
      line: "baton status --json",
      remark: "for scripts; exit 1 when there is a problem of severity error",
    },
  ],
  options: [
    ...clusterOptions,
    {
      flags: "--watch",
      summary: "look again every second; into a pipe: a status whenever it has changed",
    },
    { flags: "--json", summary: "machine-readable; with --watch one object a line" },
  ],
  async run(given, context) {
    const looker = openLooker(await openCluster(given, context), context.clock);
    const asJson = given["json"] === true;
    try {
      if (given["watch"] === true) {
        await watch(looker, asJson, context);
        return EXIT.fine;
      }
      const seen = await looker.look();
      refuseWhenRefused(seen);
      if (asJson) context.terminal.out(JSON.stringify(seen, undefined, 2));
      else for (const line of statusLines(seen, context.terminal)) context.terminal.out(line);
      const isBroken = seen.groups.some(({ problems }) =>
        problems.some(({ severity }) => severity === "error"),
      );
      return isBroken ? EXIT.findings : EXIT.fine;
    } finally {
      looker.close();
    }
  },
};
