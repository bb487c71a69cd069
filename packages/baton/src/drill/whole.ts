// Whether a cluster is whole, judged from outside: one primary, every replica in sync, every
// Sentinel content.
import type { GroupPlan } from "../cluster/types.ts";
import type { DrillSite } from "./site.ts";
import { engineOf } from "../redis/capabilities.ts";
import { type Door, openDoor } from "../redis/door.ts";
import { asList, asText, Fields, parseInfo, parseRole } from "../redis/replies.ts";
import type { SyncCounts } from "./measures/resyncs.ts";
import { type Look, missing, seen } from "../sys/wait.ts";

export interface Doors {
  readonly nodes: ReadonlyMap<string, Door>;
  readonly sentinels: ReadonlyMap<string, Door>;
  close(): void;
}

/**
 * The drill reads with the agent's user: LRANGE and INFO of the nodes are read with the
 * application's.
 */
export function openDoors(lab: Pick<DrillSite, "secrets" | "layout">, group: GroupPlan): Doors {
  const { secrets, layout } = lab;
  const open = ({ address, port }: { address: string; port: number }) =>
    openDoor({
      address,
      port,
      username: "agent",
      password: secrets.agent,
      tls: secrets.tls,
      commandMs: 2_000,
      connectMs: 1_000,
    });
  const nodes = new Map(group.nodes.map((plan) => [plan.host, open(plan)]));
  const sentinels = new Map(layout.sentinels.map((plan) => [plan.id, open(plan)]));
  return {
    nodes,
    sentinels,
    close() {
      for (const door of [...nodes.values(), ...sentinels.values()]) door.close();
    },
  };
}

const isAt = (plan: { address: string; port: number }, address: string, port: number) =>
  plan.address === address && plan.port === port;

/**
 * Not `master_down`: on a peer it is what that one once said of the primary, and Valkey 9.1 keeps it for
 * ever after a failover.
 */
const TROUBLE = new Set(["s_down", "o_down", "disconnected", "failover_in_progress"]);

async function sentinelComplaint(
  door: Door,
  group: GroupPlan,
  host: string,
  primary: string,
): Promise<string | undefined> {
  const [where, replicas, peers, master] = await door.batch([
    ["SENTINEL", "GET-MASTER-ADDR-BY-NAME", group.name],
    ["SENTINEL", "REPLICAS", group.name],
    ["SENTINEL", "SENTINELS", group.name],
    ["SENTINEL", "MASTER", group.name],
  ]);
  const [address, port] = asList(where, "the primary's address");
  const named = group.nodes.find((plan) => isAt(plan, asText(address, "address"), Number(port)))?.host;
  if (named !== primary)
    return `the Sentinel on ${host} names ${named ?? "a stranger"} and not ${primary}`;
  const entries = [...asList(replicas, "replicas"), ...asList(peers, "peers"), master];
  for (const entry of entries) {
    const fields = new Fields(entry, "an entry of SENTINEL");
    const bad = fields
      .text("flags")
      .split(",")
      .find((flag) => TROUBLE.has(flag));
    if (bad !== undefined)
      return `the Sentinel on ${host} says ${bad} of ${fields.text("ip")}:${fields.text("port")}`;
  }
  return undefined;
}

/** @returns the primary's host once everything is as it should be, otherwise what is not. */
export async function lookWhole(doors: Doors, group: GroupPlan): Promise<Look<string>> {
  const roles = await Promise.all(
    [...doors.nodes].map(async ([host, door]) => ({ host, role: parseRole(await door.call(["ROLE"])) })),
  );
  const primaries = roles.filter(({ role }) => role.kind === "primary");
  const [primary] = primaries;
  if (primary === undefined || primaries.length !== 1) {
    return missing(
      `${primaries.length} nodes say they are primary: ${primaries.map(({ host }) => host).join(", ")}`,
    );
  }
  const plan = group.nodes.find(({ host }) => host === primary.host);
  for (const { host, role } of roles) {
    if (role.kind === "primary" || plan === undefined) continue;
    const { of, link } = role;
    if (link !== "connected" || !isAt(plan, of.address, of.port))
      return missing(`${host} follows ${of.address}, link ${link}`);
  }
  for (const [host, door] of doors.sentinels) {
    const complaint = await sentinelComplaint(door, group, host, primary.host);
    if (complaint !== undefined) return missing(complaint);
  }
  return seen(primary.host);
}

/**
 * True when every replica has read as far as the primary has written; only meaningful while nobody
 * writes.
 */
export async function lookCaughtUp(doors: Doors): Promise<Look<true>> {
  const roles = await Promise.all(
    [...doors.nodes].map(async ([host, door]) => ({ host, role: parseRole(await door.call(["ROLE"])) })),
  );
  const written = Math.max(
    ...roles.map(({ role }) => (role.kind === "primary" ? role.offsetBytes : -1)),
  );
  const behind = roles.find(({ role }) => role.offsetBytes < written);
  if (behind !== undefined)
    return missing(`${behind.host} is at offset ${behind.role.offsetBytes} of ${written}`);
  return seen(true);
}

/** @throws BatonError UNREACHABLE, REFUSED when a node cannot be asked. */
export async function readSyncCounts(doors: Doors): Promise<ReadonlyMap<string, SyncCounts>> {
  const counts = new Map<string, SyncCounts>();
  for (const [host, door] of doors.nodes) {
    // One reply: a node that restarts between two would give a count that is not of its run.
    const info = parseInfo(await door.call(["INFO"]));
    const count = (name: string) => Number(info.get(name) ?? 0);
    const run = info.get("run_id") ?? "";
    counts.set(host, { run, full: count("sync_full"), partial: count("sync_partial_ok") });
  }
  return counts;
}

export async function redisVersions(doors: Doors): Promise<Record<string, string>> {
  const versions: Record<string, string> = {};
  for (const [host, door] of doors.nodes) {
    versions[host] = engineOf(parseInfo(await door.call(["INFO", "server"]))).name;
  }
  return versions;
}
