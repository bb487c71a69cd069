// A last look before a fence: whether a majority of the Sentinels still says, at this moment, what the fence
// was decided on.
import type { Endpoint } from "../cluster/types.ts";
import { BatonError } from "../errors.ts";
import type { Door } from "../redis/door.ts";
import { systemClock } from "../sys/clock.ts";
import { asList, asText, Fields, parseRole } from "../redis/replies.ts";

type Said = Endpoint & { readonly epoch: number };

/** A process that stood still between question and answer must not act on the answer. */
const LOOK_MAX_MS = 200;
/** A Sentinel whose host is gone must not hold up the fence: it is not needed for the majority. */
const ANSWER_MS = 80;

async function ask(door: Door, group: string): Promise<Said | undefined> {
  try {
    const [where, master] = await door.batch([
      ["SENTINEL", "GET-MASTER-ADDR-BY-NAME", group],
      ["SENTINEL", "MASTER", group],
    ]);
    const [address, port] = asList(where, "the primary's address");
    const epoch = new Fields(master, "SENTINEL MASTER").integer("config-epoch");
    return { address: asText(address, "an address"), port: Number(port), epoch };
  } catch {
    // Silence is no vote: it counts against the majority below.
    return undefined;
  }
}

/** @throws BatonError UNABLE when that was so long that the answer may be old. */
function assertNoStall(askedMs: number): void {
  const tookMs = Math.round(systemClock.monotonicMs() - askedMs);
  if (tookMs <= LOOK_MAX_MS) return;
  throw new BatonError("UNABLE", `this process stood still: the last look took ${tookMs} ms`);
}

/**
 * What an agent has seen may be 1.2 s old, and in that time a failover can have made the very node the
 * primary that is to be fenced. So all Sentinels are asked again, right before the deed.
 * @throws BatonError UNABLE when less than a majority names `primary`, any names a newer epoch, or it took
 *   so long that the answer may be old by now. What follows must be sent at once.
 */
export async function assertStillAgreed(
  sentinels: readonly Door[],
  group: string,
  { primary, epoch }: { readonly primary: Endpoint; readonly epoch: number },
): Promise<void> {
  const askedMs = systemClock.monotonicMs();
  const late = new AbortController();
  const silence = systemClock.sleep(ANSWER_MS, late.signal).then(
    () => undefined,
    () => undefined,
  );
  const asked = sentinels.map((door) => Promise.race([ask(door, group), silence]));
  const said = await Promise.all(asked);
  late.abort();
  assertNoStall(askedMs);
  const newer = said.find((one) => one !== undefined && one.epoch > epoch);
  if (newer !== undefined)
    throw new BatonError("UNABLE", `a Sentinel names epoch ${newer.epoch} by now, and it was ${epoch}`);
  const votes = said.filter(
    (one) => one !== undefined && one.address === primary.address && one.port === primary.port,
  ).length;
  if (votes * 2 > sentinels.length) return;
  const named = `${votes} of ${sentinels.length} Sentinels name ${primary.address}:${primary.port}`;
  throw new BatonError("UNABLE", `${named} at this moment: nobody is fenced on that`);
}

/**
 * The same for a handover, which no majority has named yet: Sentinel can have turned the promoted node back
 * since it was seen, and then the old primary is the one that must go on.
 * @throws BatonError UNABLE when `primary` does not say at this moment that it is one; UNREACHABLE or TIMEOUT
 *   from the connection.
 */
export async function assertStillPrimary(door: Door, primary: string): Promise<void> {
  const askedMs = systemClock.monotonicMs();
  const role = parseRole(await door.call(["ROLE"]));
  assertNoStall(askedMs);
  if (role.kind === "primary") return;
  throw new BatonError("UNABLE", `${primary} is no primary any more: nobody is fenced for it`);
}
