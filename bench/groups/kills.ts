// The primary of one group among many dies: how long until a client of the router can write again.
import type { GroupPlan, Layout, Secrets } from "../../packages/baton/src/cluster/types.ts";
import { BatonError } from "../../packages/baton/src/errors.ts";
import { type Door, openDoor } from "../../packages/baton/src/redis/door.ts";
import { systemClock } from "../../packages/baton/src/sys/clock.ts";
import { missing, seen, waitFor } from "../../packages/baton/src/sys/wait.ts";
import { MEASURED } from "./cluster.ts";
import type { Servers } from "./servers.ts";

export interface Kill {
  readonly group: string;
  /** From the end of the process to the first write that was acknowledged, without down-after. */
  readonly beyondDownAfterMs: number;
  /** From the first answer of the old primary, started again, to its being a replica. */
  readonly fencedMs: number;
}

export interface KillsOptions {
  readonly layout: Layout;
  readonly secrets: Secrets;
  readonly servers: Servers;
  readonly times: number;
  readonly signal: AbortSignal;
  readonly onProgress: (line: string) => void;
}

const WRITE_MS = 60_000;
const FENCE_MS = 60_000;

const write = (door: Door) => door.call(["SET", "baton:bench:written", String(systemClock.wallMs())]);

async function untilWritten(door: Door, signal: AbortSignal): Promise<void> {
  const look = async () => seen(await write(door));
  await waitFor("a write through the router", look, { withinMs: WRITE_MS, everyMs: 5, signal });
}

/** The old primary comes back as one, and is to follow the new one. */
async function fencedAfter(options: KillsOptions, { id, address, port }: GroupPlan["firstPrimary"]) {
  const { servers, secrets, signal } = options;
  const login = { username: "agent", password: secrets.agent, connectMs: 200, commandMs: 1_000 };
  const door = openDoor({ address, port, ...login });
  const starting = servers.start(id);
  let firstMs: number | undefined;
  try {
    const look = async () => {
      const [role] = (await door.call(["ROLE"])) as readonly unknown[];
      firstMs ??= systemClock.monotonicMs();
      return role === "slave" ? seen(systemClock.monotonicMs() - firstMs) : missing("the fence");
    };
    const waiting = { withinMs: FENCE_MS, everyMs: 5, signal };
    const tookMs = await waitFor(`${id} to be a replica`, look, waiting);
    await starting;
    return tookMs;
  } finally {
    door.close();
  }
}

async function killOnce(options: KillsOptions, group: GroupPlan): Promise<Kill> {
  const { layout, secrets, servers, signal } = options;
  const router = layout.routers.find(({ host, group: own }) => host === MEASURED && own === group.name);
  if (router === undefined) throw new BatonError("USAGE", `no router of ${group.name}`);
  const { application: password } = secrets;
  const { address, port } = router;
  const door = openDoor({ address, port, password, connectMs: 5_000, commandMs: 30_000 });
  try {
    await untilWritten(door, signal);
    await servers.kill(group.firstPrimary.id);
    const killedMs = systemClock.monotonicMs();
    await untilWritten(door, signal);
    const awayMs = systemClock.monotonicMs() - killedMs;
    const beyondDownAfterMs = awayMs - group.timings.downAfterMs.value;
    const fencedMs = await fencedAfter(options, group.firstPrimary);
    return { group: group.name, beyondDownAfterMs, fencedMs };
  } finally {
    door.close();
  }
}

/** Of so many groups, spread evenly over all; each is killed once. */
export async function measureKills(options: KillsOptions): Promise<readonly Kill[]> {
  const { groups } = options.layout;
  const times = Math.min(options.times, groups.length);
  const kills: Kill[] = [];
  for (let number = 0; number < times; number += 1) {
    const group = groups[Math.floor((number * groups.length) / times)];
    if (group === undefined) break;
    const kill = await killOnce(options, group);
    kills.push(kill);
    const { beyondDownAfterMs, fencedMs } = kill;
    const away = `written again ${Math.round(beyondDownAfterMs)} ms after down-after`;
    options.onProgress(`${group.name}: ${away}, old primary fenced in ${Math.round(fencedMs)} ms`);
  }
  return kills;
}
