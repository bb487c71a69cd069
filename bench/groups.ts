// One agent over one, a hundred and a thousand groups of real Redis servers and Sentinels: memory, processor
// time, scrapes, failovers, and its page in a real browser.
import { mkdir, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { layoutOf } from "../packages/baton/src/cluster/layout.ts";
import { readCluster } from "../packages/baton/src/cluster/read.ts";
import { EXIT } from "../packages/baton/src/errors.ts";
import { makeSecrets } from "../packages/baton/src/lab/secrets.ts";
import { systemClock } from "../packages/baton/src/sys/clock.ts";
import { footprintOf, startAgent } from "./groups/agent.ts";
import { clusterText, MEASURED } from "./groups/cluster.ts";
import { type Kill, measureKills } from "./groups/kills.ts";
import { measurePage } from "./groups/page.ts";
import { measureRest } from "./groups/rest.ts";
import { startServers } from "./groups/servers.ts";
import { brokenPromises, drawGroups, type SizeResult } from "./groups/table.ts";
import { readConditions } from "./router/conditions.ts";
import { openOwnProcesses, type OwnProcesses } from "./router/own-processes.ts";
import { numberFrom, parsed } from "./support/options.ts";

const options = {
  sizes: { type: "string", default: "1,100,1000" },
  seconds: { type: "string", default: "30" },
  kills: { type: "string", default: "5" },
  loads: { type: "string", default: "5" },
  out: { type: "string" },
} as const;

interface Wanted {
  readonly sizes: readonly number[];
  readonly seconds: number;
  readonly kills: number;
  readonly loads: number;
  readonly out: string | undefined;
}

function readOptions(args: readonly string[]): Wanted {
  const { sizes, seconds, kills, loads, out } = parsed(args, options);
  return {
    sizes: sizes.split(",").map((size) => numberFrom("sizes", size, 1, 1_000)),
    seconds: numberFrom("seconds", seconds, 5, 600),
    kills: numberFrom("kills", kills, 0, 100),
    loads: numberFrom("loads", loads, 1, 50),
    out: out === undefined ? undefined : resolve(out),
  };
}

const say = (line: string): void => void process.stderr.write(`${line}\n`);

async function measureIn(
  own: OwnProcesses,
  groups: number,
  wanted: Wanted,
  signal: AbortSignal,
): Promise<SizeResult> {
  const folder = join(own.folder, "secrets");
  const { secrets } = await makeSecrets(folder);
  // A network of its own for each run and size: ports of the one before may still be on their way out.
  const network = `127.${105 + (process.pid % 100)}.${wanted.sizes.indexOf(groups)}`;
  const clusterFile = join(own.folder, "cluster.yml");
  await writeFile(clusterFile, clusterText(groups, { network, secrets: folder }));
  const layout = layoutOf(await readCluster(clusterFile));
  const common = { layout, secrets, signal, onProgress: say };
  const servers = await startServers({ own, ...common });
  const plan = layout.agents.find(({ id }) => id === MEASURED);
  if (plan === undefined) throw new Error(`no agent on ${MEASURED}`);
  const agent = await startAgent(own, plan, clusterFile, signal);
  say(`all groups are routed after ${Math.round(agent.readyMs)} ms`);
  const rest = await measureRest(agent, layout, wanted.seconds, signal);
  const kills: Kill[] = [];
  const happenings = async () => {
    kills.push(...(await measureKills({ ...common, servers, times: wanted.kills })));
  };
  const page = await measurePage(agent.url, wanted.loads, happenings);
  const peakBytes = Math.max(rest.peakBytes, footprintOf(agent).peakBytes);
  return { groups, servers: servers.count - 3, readyMs: agent.readyMs, rest, kills, page, peakBytes };
}

/** @throws BatonError USAGE, BINARY_MISSING, PROCESS_DIED, NOT_READY. Nothing is left running then. */
export async function run(args: readonly string[], signal: AbortSignal): Promise<number> {
  const wanted = readOptions(args);
  const conditions = readConditions(new Date(systemClock.wallMs()).toISOString());
  for (const warning of conditions.warnings) say(warning);
  const sizes: SizeResult[] = [];
  for (const groups of wanted.sizes) {
    say(`${groups} groups`);
    const own = await openOwnProcesses();
    try {
      sizes.push(await measureIn(own, groups, wanted, signal));
    } finally {
      await own.close();
    }
  }
  const bench = { conditions, sizes };
  const markdown = drawGroups(bench);
  process.stdout.write(markdown);
  if (wanted.out !== undefined) {
    await mkdir(wanted.out, { recursive: true });
    await writeFile(join(wanted.out, "groups.md"), markdown);
    await writeFile(join(wanted.out, "groups.json"), `${JSON.stringify(bench, undefined, 2)}\n`);
  }
  const broken = brokenPromises(bench);
  for (const clause of broken) say(clause);
  return broken.length === 0 ? EXIT.fine : EXIT.findings;
}
