// A Redis or Sentinel in the place of one of ours that Baton did not start: what it is, and how Baton's users
// get into it before it is replaced.
import { hostNamed } from "../cluster/layout.ts";
import type { Layout } from "../cluster/types.ts";
import { BatonError } from "../errors.ts";
import { wordsOf } from "../node-start/redis-config.ts";
import { parseSettings } from "../node-start/settings.ts";
import { type Door, openDoor } from "../redis/door.ts";
import { readTextFile, readTextFileIfThere } from "../sys/files.ts";
import { unitState } from "./systemd.ts";
import { DEBIAN_UNIT, nodesOf, type WantedUnit } from "./units.ts";

export interface Foreign {
  /** The unit that runs it: Debian's single one, or the very one that is to be Baton's. */
  readonly unit: string;
  readonly configPath: string;
  /** Whether a Sentinel watches it, so that it is one of a cluster and not somebody's own. */
  readonly isWatched: boolean;
}

const COMMAND_MS = 5_000;
const HELLO = "__sentinel__:hello";

/** What Debian's units start with. */
function configOf(unit: string): string {
  if (unit === DEBIAN_UNIT) return "/etc/redis/redis.conf";
  const [, instance] = /^redis-server@(.+)\.service$/.exec(unit) ?? [];
  return instance === undefined ? "/etc/redis/sentinel.conf" : `/etc/redis/redis-${instance}.conf`;
}

function valueIn(text: string, name: string): string | undefined {
  const lines = text.split(/\r?\n/).map(wordsOf);
  return lines.findLast(([first = ""]) => first.toLowerCase() === name)?.[1];
}

interface Where {
  readonly layout: Layout;
  readonly host: string;
}

function portOf({ job }: WantedUnit, { layout, host }: Where): number {
  if (job.kind !== "node") return layout.cluster.sentinelPort;
  const found = nodesOf(layout, host).find(({ group }) => group.name === job.group);
  return found?.node.port ?? 0;
}

/** Root reads its password where it has it from. */
async function openForeign(configPath: string, port: number, { layout, host }: Where): Promise<Door> {
  const password = valueIn((await readTextFileIfThere(configPath)) ?? "", "requirepass");
  const { address } = hostNamed(layout.cluster, host);
  const login = password === undefined ? {} : { password };
  return openDoor({ address, port, ...login, sourceAddress: address, commandMs: COMMAND_MS });
}

async function isWatched(configPath: string, port: number, where: Where): Promise<boolean> {
  const door = await openForeign(configPath, port, where);
  try {
    const reply = await door.call(["PUBSUB", "NUMSUB", HELLO]);
    return Array.isArray(reply) && Number(reply[1]) > 0;
  } catch (error) {
    if (error instanceof BatonError && error.code !== "REFUSED") return false;
    throw new BatonError(
      "UNABLE",
      `${configPath}: its password does not open ${address(where)}:${port}: ${(error as Error).message}`,
      { cause: error },
    );
  } finally {
    door.close();
  }
}

const address = ({ layout, host }: Where): string => hostNamed(layout.cluster, host).address;

/**
 * Undefined when nobody else's process is in the place of a wanted unit. `isOurs`: the unit runs, and Baton
 * started it.
 * @throws BatonError UNABLE when its password cannot be found
 */
export async function foreignFor(
  wanted: WantedUnit,
  state: { readonly isActive: boolean; readonly isOurs: boolean },
  where: Where,
  signal: AbortSignal,
): Promise<Foreign | undefined> {
  const { unit, job } = wanted;
  if (job.kind === "baton" || state.isOurs) return undefined;
  const port = portOf(wanted, where);
  const running = state.isActive ? unit : DEBIAN_UNIT;
  if (!state.isActive) {
    if (job.kind !== "node" || !(await unitState(DEBIAN_UNIT, signal)).isActive) return undefined;
    const text = (await readTextFileIfThere(configOf(DEBIAN_UNIT))) ?? "";
    // A Redis at another port is somebody's own business.
    if (Number(valueIn(text, "port") ?? 6379) !== port) return undefined;
  }
  const configPath = configOf(running);
  // Sentinels do not watch each other by a channel.
  const watched = job.kind === "sentinel" || (await isWatched(configPath, port, where));
  return { unit: running, configPath, isWatched: watched };
}

/**
 * Gives it Baton's users beside its own, and the new password of replication, so that it can follow and be
 * followed by nodes that have been replaced. Its own users and passwords stay as they are.
 * @throws BatonError UNABLE, UNREACHABLE, REFUSED
 */
export async function letIn(wanted: WantedUnit, { configPath }: Foreign, where: Where): Promise<void> {
  const { settingsPath, job } = wanted;
  if (settingsPath === undefined) return;
  const { users, directives } = parseSettings(await readTextFile(settingsPath));
  const door = await openForeign(configPath, portOf(wanted, where), where);
  try {
    for (const [name, rules] of users) {
      // `default` is how applications come in today.
      if (name !== "default") await door.call(["ACL", "SETUSER", name, "reset", ...rules]);
    }
    if (job.kind !== "node") return;
    const login = ["masteruser", "masterauth"].flatMap((name) => {
      const value = directives.get(name);
      return value === undefined ? [] : [name, value];
    });
    await door.call(["CONFIG", "SET", ...login]);
  } finally {
    door.close();
  }
}
