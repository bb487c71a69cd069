// Looks at a group until it is as wanted, and says what is still missing.
import type { GroupPlan, Layout, OwnSecrets } from "../cluster/types.ts";
import { hostNamed } from "../cluster/layout.ts";
import { openObserver } from "../observe/observer.ts";
import type { Observation } from "../observe/types.ts";
import type { Clock } from "../sys/clock.ts";
import { missing, seen, waitFor } from "../sys/wait.ts";

export interface Place {
  readonly layout: Layout;
  readonly host: string;
  readonly secrets: OwnSecrets;
  readonly clock: Clock;
  readonly say: (sentence: string) => void;
}

const GRACE_MS = 700;
const EVERY_MS = 300;

/**
 * `judge` gives what is still missing, as clauses; none ends the waiting. Says what it waits for when that
 * changes.
 * @throws BatonError UNABLE at the deadline; the signal's reason
 */
export async function watchUntil(
  what: string,
  group: GroupPlan,
  { layout, host, secrets, clock, say }: Place,
  judge: (observation: Observation) => readonly string[],
  { withinMs, signal }: { readonly withinMs: number; readonly signal: AbortSignal },
): Promise<Observation> {
  const { address } = hostNamed(layout.cluster, host);
  const observer = openObserver({ layout, group, secrets, clock, sourceAddress: address });
  let said = "";
  const look = async () => {
    const observation = await observer.look(GRACE_MS);
    const troubles = judge(observation);
    if (troubles.length === 0) return seen(observation);
    const text = troubles.join("; ");
    if (text !== said) say(`${group.name}: waiting until ${what}: ${text}`);
    said = text;
    return missing(text);
  };
  try {
    const how = { withinMs, everyMs: EVERY_MS, signal, clock, code: "UNABLE" } as const;
    return await waitFor(`${group.name} until ${what}`, look, how);
  } finally {
    observer.close();
  }
}
