// baton node-start: says in which role a Redis node has to come up, before systemd starts it.
import { rm } from "node:fs/promises";
import { resolve } from "node:path";
import { openEpochFile } from "../agent/epoch-file.ts";
import { parseDuration, spokenDuration } from "../cluster/duration.ts";
import type { GroupPlan, Layout, NodePlan } from "../cluster/types.ts";
import { isReplicated } from "../decide/in-sync.ts";
import { BatonError, EXIT } from "../errors.ts";
import { findRole, patienceMs, startArguments } from "../node-start/node-start.ts";
import { layDown } from "../node-start/lay-down.ts";
import { takeMarker } from "../node-start/marker.ts";
import { writeFileAtomic } from "../sys/files.ts";
import type { Command, Given } from "./command.ts";
import { openClusterFile } from "./open-cluster.ts";

const WAIT_MS_MAX = 3_600_000;
/** The name in the environment file; systemd splits `$REDIS_START_ARGUMENTS` into words. */
const VARIABLE = "REDIS_START_ARGUMENTS";

function chosenNode(layout: Layout, given: Given): { group: GroupPlan; self: NodePlan } {
  const { host, group: asked } = given;
  const fits = layout.groups.flatMap((group) => {
    const self = group.nodes.find((node) => node.host === host);
    return self === undefined || (asked !== undefined && group.name !== asked) ? [] : [{ group, self }];
  });
  const [only] = fits;
  if (only !== undefined && fits.length === 1) return only;
  const names = fits.map(({ group }) => group.name).join(", ");
  const found = only === undefined ? "no node" : `nodes of several groups (${names})`;
  const where = asked === undefined ? "" : ` of group ${String(asked)}`;
  const next = only === undefined ? "" : "; --group says which is meant";
  throw new BatonError("USAGE", `host ${String(host)} runs ${found}${where} in the cluster file${next}`);
}

function waitMsFrom({ wait }: Given, group: GroupPlan): number {
  if (typeof wait !== "string") return patienceMs({ group });
  const waitMs = parseDuration(wait);
  if (waitMs !== undefined && waitMs <= WAIT_MS_MAX) return waitMs;
  throw new BatonError("USAGE", `--wait: expected a duration up to 60m such as 30s, found ${wait}`);
}

/** A role of yesterday must not be read by a unit whose ExecStartPre failed today. */
async function forget(path: string): Promise<void> {
  try {
    await rm(path, { force: true });
  } catch (cause) {
    throw new BatonError("DISK", `${path}: ${(cause as Error).message}`, { cause });
  }
}

/**
 * It decides and ends, and starts nothing: Node has no exec(2), and a wrapper that stayed would be one
 * more process whose crash takes Redis down, between systemd and the pid, the notifications and the
 * signals of the server. In a unit:
 *
 *     EnvironmentFile=-/run/redis/role.env
 *     ExecStartPre=baton node-start ... --environment-file /run/redis/role.env
 *     ExecStart=redis-server /etc/redis/redis.conf $REDIS_START_ARGUMENTS
 *
 * systemd reads the file anew before each process, and does not come to ExecStart when ExecStartPre
 * fails. `Type=` stays what it is for Redis (notify). It needs `TimeoutStartSec=` above --wait, for the
 * waiting counts as starting, and `Restart=always` with `StartLimitIntervalSec=0`, so that a refusal is
 * tried again. --bootstrap belongs on the command line of one deliberate start, never in a unit.
 * Elsewhere, `role=$(baton node-start ...) && exec redis-server FILE $role` does the same.
 */
export const nodeStart: Command = {
  id: "node-start",
  summary: "say in which role a Redis node has to come up; never as an old or empty primary",
  examples: [
    {
      line: "baton node-start --file cluster.yml --host h1 --config /etc/redis/redis.conf",
      remark: `prints "--replicaof ADDRESS PORT" or "--replicaof no one"`,
    },
    {
      line: "baton node-start ... --environment-file /run/redis/role.env",
      remark: `for ExecStartPre=; then ExecStart=redis-server FILE $${VARIABLE}`,
    },
  ],
  options: [
    { flags: "--file <path>", summary: "the cluster file" },
    { flags: "--host <name>", summary: "the host of the cluster file that this is" },
    { flags: "--group <name>", summary: "needed where the host runs nodes of several groups" },
    { flags: "--config <path>", summary: "the node's redis.conf" },
    {
      flags: "--settings <path>",
      summary: "what --config is made of, at every start; Redis keeps no role in it then",
    },
    { flags: "--environment-file <path>", summary: `write ${VARIABLE}=... there, and print nothing` },
    {
      flags: "--state <folder>",
      summary: "the agent's: an epoch older than it remembers is not followed",
    },
    {
      flags: "--wait <duration>",
      summary: "the last answer is due then; default down-after + 2 x failover-timeout + 5s",
    },
    {
      flags: "--bootstrap",
      summary: "the cluster is new and empty: its first primary may start as one",
    },
    {
      flags: "--bootstrap-once <file>",
      summary: "the same while this file is there, which is taken away",
    },
    { flags: "--record <file>", summary: "for `baton converge`: what was started; root's alone" },
  ],
  async run(given, { terminal, clock, environment, signal }) {
    const { file, host, config, settings, state, environmentFile: target, record } = given;
    if (typeof file !== "string" || typeof host !== "string" || typeof config !== "string") {
      throw new BatonError("USAGE", "node-start needs --file, --host and --config");
    }
    if (typeof target === "string") await forget(resolve(target));
    const { layout, secrets } = await openClusterFile(file, environment);
    const { group, self } = chosenNode(layout, given);
    const waitMs = waitMsFrom(given, group);
    const say = (sentence: string) =>
      terminal.note(`${self.id}: ${sentence} (at most ${spokenDuration(waitMs)})`);
    const epochSeen = async () =>
      typeof state === "string" ? (await openEpochFile(resolve(state))).seen(group.name) : -1;
    const mayBootstrap = given["bootstrap"] === true || (await takeMarker(given["bootstrapOnce"]));
    const settingsPath = typeof settings === "string" ? resolve(settings) : undefined;
    const recordPath = typeof record === "string" ? resolve(record) : undefined;
    const paths = { configPath: resolve(config), settingsPath };
    const looking = { layout, group, self, secrets, clock, ...paths };
    const role = await findRole({ ...looking, waitMs, mayBootstrap, epochSeen, say }, signal);
    const words = startArguments(role, { isReplicated: isReplicated(layout) });
    if (settingsPath !== undefined)
      await layDown({
        settingsPath,
        configPath: paths.configPath,
        recordPath,
        clusterFile: file,
        layout,
        environment,
      });
    if (typeof target === "string") await writeFileAtomic(resolve(target), `${VARIABLE}="${words}"\n`);
    else terminal.out(words);
    terminal.note(`${self.id}: ${words}: ${role.reason}`);
    return EXIT.fine;
  },
};
