// Who is let in by a Redis or Sentinel of a real host, and whom it has refused.
import { missing, seen, waitFor } from "../../../../packages/baton/src/sys/wait.ts";
import { inside } from "./inside.ts";
import { type Asking, redisCli } from "./roles.ts";
import type { Hosts } from "./hosts.ts";

/** Of nodes and Sentinels, by their port. */
const UNITS = new Map([
  [6379, "redis-server@main.service"],
  [26379, "redis-sentinel.service"],
]);

/**
 * No user of Baton's may read ACL LOG. Root's way in, whose password is in the record of the start, makes a
 * user for this one look.
 */
const LOOK = `
address=$1; port=$2; record=$3; shift 3
show='import json, sys; print(json.load(open(sys.argv[1]))["password"])'
REDISCLI_AUTH=$(python3 -c "$show" "$record") || exit
export REDISCLI_AUTH
cli() { timeout 5 redis-cli -h "$address" -p "$port" "$@"; }
cli --user deploy ACL SETUSER auditor on nopass -@all '+acl|log' > /run/auditor || exit
REDISCLI_AUTH=any cli --user auditor --json ACL LOG 128
cli --user deploy ACL DELUSER auditor > /run/auditor
`;

/** One entry of ACL LOG. */
interface Entry {
  readonly reason: string;
  readonly username: string;
}

const WORK_MS = 600_000;

interface Place {
  readonly name: string;
  readonly address: string;
}

/** Users whose login the process has refused since its start, as "HOST: USER". */
async function refusedBy(
  hosts: Hosts,
  { name, address }: Place,
  port: number,
): Promise<readonly string[]> {
  const record = `/run/baton/${UNITS.get(port) ?? ""}.json`;
  const text = await inside(hosts, name, "sh", "-c", LOOK, "sh", address, String(port), record);
  const entries = JSON.parse(text) as readonly Entry[];
  return entries.flatMap(({ reason, username }) => (reason === "auth" ? [`${name}: ${username}`] : []));
}

/**
 * Logins that nodes and Sentinels have refused until the work is over, and before. Sentinels are asked every
 * second: one that is started anew has forgotten.
 */
export async function refusedUntil(
  work: Promise<unknown>,
  hosts: Hosts,
  places: readonly Place[],
): Promise<readonly string[]> {
  const found = new Set<string>();
  let isOver = false;
  const end = (): void => {
    isOver = true;
  };
  work.then(end, end);
  const look = async () => {
    for (const place of places) {
      // While it starts it has no record or does not answer: the next look tells.
      for (const one of await refusedBy(hosts, place, 26379).catch(() => [])) found.add(one);
    }
    return isOver ? seen(undefined) : missing("its end");
  };
  await waitFor("the work to be done", look, { withinMs: WORK_MS, everyMs: 1_000 });
  await work;
  for (const place of places)
    for (const port of UNITS.keys())
      for (const one of await refusedBy(hosts, place, port)) found.add(one);
  return [...found];
}

/** Whether that user gets in with that password. @throws Error when nobody answers */
export async function isLetIn(
  asking: Asking,
  host: string,
  port: number,
  { user, password }: { readonly user: string; readonly password: string },
): Promise<boolean> {
  try {
    const said = await redisCli({ ...asking, password }, host, port, "--user", user, "PING");
    return said.trim() === "PONG";
  } catch (error) {
    if (/NOAUTH|WRONGPASS/.test((error as Error).message)) return false;
    throw error;
  }
}
