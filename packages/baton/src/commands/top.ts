// baton top: every group of a cluster in one row on the terminal, the worst first.
import { BatonError, EXIT } from "../errors.ts";
import { clean } from "../status/cells.ts";
import { topBegin } from "../status/screen/top-state.ts";
import { topView } from "../status/screen/top-view.ts";
import type { ShownStatus } from "../status/shown.ts";
import { openAgentsLooker } from "./agents-looker.ts";
import type { Command, Context, Given } from "./command.ts";
import { clusterOptions } from "./open-cluster.ts";
import { playView } from "./play-view.ts";
import { type Glance, openGlance } from "./top-glance.ts";

/** "http://10.0.0.11:8377", whatever stands behind it. @throws BatonError USAGE */
export function agentUrl(asked: string): string {
  const refused = (why: string) =>
    new BatonError("USAGE", `--from: ${why}; expected the URL of an agent, as http://10.0.0.11:8377`);
  const url = URL.canParse(asked) ? new URL(asked) : undefined;
  if (url === undefined || (url.protocol !== "http:" && url.protocol !== "https:"))
    throw refused("this is no http:// or https:// URL");
  // It would stand in the list of processes, and no agent asks for one to show its status.
  if (url.username !== "" || url.password !== "") throw refused("a URL must not hold a password");
  const path = url.pathname.replace(/\/(status)?$/, "");
  return `${url.origin}${path}`;
}

async function glanceFrom(given: Given, context: Context): Promise<Glance> {
  const { from } = given;
  if (typeof from !== "string") return await openGlance(given, context);
  if (given["file"] !== undefined || given["name"] !== undefined)
    throw new BatonError("USAGE", "--from asks one agent; it goes with neither --file nor --name");
  const agents = openAgentsLooker([agentUrl(from)], () => true);
  return { look: (signal) => agents.look(signal), close: () => undefined };
}

/** What stays on the terminal afterwards. */
const lastLine = (status: ShownStatus | undefined): string => {
  if (status === undefined) return "nothing was seen";
  const bad = status.groups.filter(({ problems }) => problems.some((one) => one.severity === "error"));
  const names = bad.slice(0, 5).map(({ name }) => name);
  const rest = bad.length > names.length ? ` and ${bad.length - names.length} more` : "";
  return bad.length === 0
    ? `${status.at} no group has an error`
    : `${status.at} with errors: ${names.join(", ")}${rest}`;
};

export const top: Command = {
  id: "top",
  summary: "every group in one row, the worst first: where writes go, Sentinels, replicas, targets",
  examples: [
    { line: "baton top", remark: "of the only lab that runs" },
    { line: "baton top --file cluster.yml", remark: "from its agents, or without them by itself" },
    {
      line: "baton top --from http://10.0.0.11:8377",
      remark: "what one agent sees; needs no cluster file",
    },
  ],
  options: [
    ...clusterOptions,
    { flags: "--from <url>", summary: "the agent to ask; by default any of the cluster's that answers" },
  ],
  async run(given, context) {
    const { terminal } = context;
    if (terminal.openScreen === undefined)
      throw new BatonError(
        "USAGE",
        "top needs a terminal to draw on; for a program or a log: `baton status --json`, with --watch too",
      );
    const glance = await glanceFrom(given, context);
    try {
      const look = (signal: AbortSignal) => glance.look(signal);
      const { looks } = await playView({ begin: topBegin, view: topView, look }, context);
      terminal.out(clean(lastLine(looks.seen?.status)));
      return EXIT.fine;
    } finally {
      glance.close();
    }
  },
};
