// The lists that the clients of a drill write: on hosts that serve they must not outlive it, whatever becomes
// of the drill.
import type { GroupPlan } from "../cluster/types.ts";
import { type Door, openDoor } from "../redis/door.ts";
import type { DrillSite } from "./site.ts";

/** No drill lasts as long: a list that nobody removes is gone after it. */
const LIFE_SECONDS = 3_600;

type Words = readonly [string, ...string[]];

/** To every node, as the application: replicas refuse, and who does not answer is left out. */
async function tellAll(
  { secrets }: Pick<DrillSite, "secrets">,
  group: Pick<GroupPlan, "nodes">,
  commands: readonly Words[],
): Promise<void> {
  const { application: password, tls } = secrets;
  const doors = group.nodes.map(
    ({ address, port }): Door =>
      openDoor({ address, port, password, tls, connectMs: 1_000, commandMs: 5_000 }),
  );
  await Promise.allSettled(doors.map((door) => door.batch(commands)));
  for (const door of doors) door.close();
}

/** Lists end by themselves, also when nobody is left to remove them. */
export async function limitLife(
  site: Pick<DrillSite, "secrets">,
  group: Pick<GroupPlan, "nodes">,
  keys: readonly string[],
): Promise<void> {
  const commands = keys.map((key): Words => ["EXPIRE", key, String(LIFE_SECONDS)]);
  await tellAll(site, group, commands);
}

export async function removeLists(
  site: Pick<DrillSite, "secrets">,
  group: Pick<GroupPlan, "nodes">,
  keys: readonly string[],
): Promise<void> {
  if (keys.length > 0) await tellAll(site, group, [["UNLINK", ...keys]]);
}
