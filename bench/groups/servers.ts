// The real servers behind the groups: a redis-server for every node, three redis-sentinels, as Baton renders
// them.
import { createHash } from "node:crypto";
import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { favour } from "./favour.ts";
import type {
  Endpoint,
  Layout,
  NodePlan,
  Secrets,
  SentinelPlan,
} from "../../packages/baton/src/cluster/types.ts";
import { BatonError } from "../../packages/baton/src/errors.ts";
import { type Door, openDoor } from "../../packages/baton/src/redis/door.ts";
import { asList, Fields } from "../../packages/baton/src/redis/replies.ts";
import { redisConf } from "../../packages/baton/src/render/redis-conf.ts";
import type { RenderedFile, Site } from "../../packages/baton/src/render/renderer.ts";
import { sentinelConf } from "../../packages/baton/src/render/sentinel-conf.ts";
import { missing, seen, waitFor } from "../../packages/baton/src/sys/wait.ts";
import type { OwnProcesses, Started } from "../router/own-processes.ts";

export interface ServersOptions {
  readonly own: OwnProcesses;
  readonly layout: Layout;
  readonly secrets: Secrets;
  readonly signal: AbortSignal;
  readonly onProgress: (line: string) => void;
}

export interface Servers {
  readonly count: number;
  /** As a crash: returns when the process is gone. */
  kill(node: string): Promise<void>;
  /** With the file as it was left. */
  start(node: string): Promise<void>;
}

const AT_ONCE = 25;
/** Two thousand replicas and three Sentinels that learn of them, on two cores. */
const KNOWN_MS = 300_000;
const ANSWER_MS = 20_000;
/**
 * What three Sentinels ask of two thousand servers takes most of two small cores, which on three hosts they
 * share with a third of the servers each: from so many groups on they ask and tell less often. The agent that
 * is measured sets what its own Sentinel asks and tells right again.
 */
const CROWD_GROUPS_MIN = 500;
const CROWD_PERIODS = { "ping-period": 3_000, "info-period": 10_000, "publish-period": 10_000 };

function siteIn(folder: string, { cluster }: Layout): Site {
  const placed = (name: string, kind: string) => {
    const dataDirectory = join(folder, name.replace(":", "-"));
    const config = join(dataDirectory, `${kind}.conf`);
    return { config, dataDirectory, log: join(dataDirectory, `${kind}.log`) };
  };
  return {
    redis: ({ id }) => placed(id, "redis"),
    sentinel: ({ id }) => placed(id, "sentinel"),
    listenAddress: (host) => cluster.hosts.find(({ name }) => name === host)?.address ?? host,
  };
}

const runIdOf = (sentinel: string): string => createHash("sha1").update(sentinel).digest("hex");

/**
 * What a Sentinel that has run before finds in its file: it saves all of it whenever it learns of one
 * replica or Sentinel more, and to learn of three thousand takes minutes.
 */
function alreadyKnown({ sentinels, groups }: Layout, own: SentinelPlan): string {
  const known = groups.flatMap(({ name, nodes, firstPrimary }) => [
    ...nodes
      .filter(({ id }) => id !== firstPrimary.id)
      .map(({ address, port }) => `sentinel known-replica ${name} ${address} ${port}`),
    ...sentinels
      .filter(({ id }) => id !== own.id)
      .map(
        ({ id, address, port }) => `sentinel known-sentinel ${name} ${address} ${port} ${runIdOf(id)}`,
      ),
  ]);
  return `${[`sentinel myid ${runIdOf(own.id)}`, ...known].join("\n")}\n`;
}

async function writeAll(files: readonly RenderedFile[]): Promise<void> {
  for (const { path, text } of files) {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    await writeFile(path, text, { mode: 0o600 });
  }
}

async function inPortions<T>(all: readonly T[], act: (one: T) => Promise<void>): Promise<void> {
  for (let from = 0; from < all.length; from += AT_ONCE)
    await Promise.all(all.slice(from, from + AT_ONCE).map(act));
}

/** How many groups this Sentinel knows with their replica and both other Sentinels. */
async function wholeGroups(door: Door): Promise<number> {
  const reply = asList(await door.call(["SENTINEL", "MASTERS"]), "SENTINEL MASTERS");
  return reply.filter((entry) => {
    const fields = new Fields(entry, "a primary");
    return fields.integer("num-slaves") === 1 && fields.integer("num-other-sentinels") === 2;
  }).length;
}

async function untilKnown({ layout, secrets, signal, onProgress }: ServersOptions): Promise<void> {
  const { tiltPeriodMs, infoPeriodMs, publishPeriodMs } = layout.groups[0]?.timings ?? {};
  const login = { username: "agent", password: secrets.agent, connectMs: ANSWER_MS };
  for (const { id, address, port } of layout.sentinels) {
    const door = openDoor({ address, port, ...login, commandMs: ANSWER_MS });
    try {
      const look = async () => {
        const known = await wholeGroups(door);
        return known === layout.groups.length ? seen(known) : missing(`${known} groups are whole`);
      };
      await waitFor(`the Sentinel on ${id}`, look, { withinMs: KNOWN_MS, everyMs: 1_000, signal });
      // As the agents of all hosts do; only one of them runs here.
      const periods = {
        "tilt-period": tiltPeriodMs?.value,
        "info-period": infoPeriodMs?.value,
        "publish-period": publishPeriodMs?.value,
        ...(layout.groups.length < CROWD_GROUPS_MIN ? {} : CROWD_PERIODS),
      };
      const words = Object.entries(periods).flatMap(([name, ms]) => [name, String(ms)]);
      await door.call(["SENTINEL", "DEBUG", ...words]);
    } finally {
      door.close();
    }
    onProgress(`the Sentinel on ${id} knows all ${layout.groups.length} groups`);
  }
}

/** @throws BatonError BINARY_MISSING, PROCESS_DIED, NOT_READY */
export async function startServers(options: ServersOptions): Promise<Servers> {
  const { own, layout, secrets, signal, onProgress } = options;
  const site = siteIn(own.folder, layout);
  const input = { layout, secrets, site };
  await writeAll(redisConf.files(input));
  const ofSentinels = sentinelConf.files(input).map((file) => {
    const plan = layout.sentinels.find(({ id }) => id === file.host);
    return plan === undefined ? file : { ...file, text: file.text + alreadyKnown(layout, plan) };
  });
  await writeAll(ofSentinels);
  const nodes = layout.groups.flatMap((group) => group.nodes);
  const running = new Map<string, Started>();
  let starts = 0;

  async function run(id: string, command: readonly [string, ...string[]], at: Endpoint): Promise<void> {
    signal.throwIfAborted();
    starts += 1;
    const started = await own.start({ id: `${starts}-${id.replace(":", "-")}`, command });
    running.set(id, started);
    if (id.startsWith("sentinel-")) await favour(started.identity.pid);
    await own.untilListening(started, at, signal);
  }
  const startNode = async (plan: NodePlan) =>
    await run(plan.id, ["redis-server", site.redis(plan).config], plan);

  await inPortions(nodes, startNode);
  onProgress(`${nodes.length} redis-servers run`);
  await inPortions(layout.sentinels, async (plan) => {
    await run(`sentinel-${plan.id}`, ["redis-sentinel", site.sentinel(plan).config], plan);
  });
  await untilKnown(options);

  const planned = (id: string): NodePlan => {
    const plan = nodes.find((node) => node.id === id);
    if (plan !== undefined) return plan;
    throw new BatonError("USAGE", `no node ${id}`);
  };
  return {
    count: running.size,
    async kill(id) {
      const started = running.get(planned(id).id);
      if (started !== undefined) await own.end(started);
    },
    start: async (id) => await startNode(planned(id)),
  };
}
