// The stage on which the promises of shared targets are played: a far side, doors, agents.
import { missing, seen, waitFor } from "../sys/wait.ts";
import { at, type Bench, place } from "./bench.fixture.ts";
import type { Door } from "./fakes/door.fixture.ts";
import type { TargetKind } from "./target.ts";

/** The far side, fresh for each test. Its nodes are h1 to h3 at 10.9.0.1 to 10.9.0.3, port 6379. */
export interface SharedSubject {
  /** A way to it for one agent. Its settings have `checkEvery` (or what the kind calls it) at 1 s or less. */
  openDoor(): Promise<Door>;
  /** ADDRESS:PORT as clients would be led, asked past all doors; undefined before the first. */
  shown(): Promise<string | undefined>;
  /** Every ADDRESS:PORT that clients could have been led to since the beginning, in order. */
  history(): Promise<readonly string[]>;
  /** Somebody leads it to that host by hand, past all doors, and writes no epoch, or the newest. */
  meddle(host: number): Promise<void>;
  /** From now on the credentials are worth nothing. Absent where the far side knows none. */
  revoke?(): Promise<void>;
  restore?(): Promise<void>;
  close(): Promise<void>;
}

/** Longer than checkEvery, the turn of the second agent and a few requests. */
export const INTERVAL_MS = 15_000;
export interface Stage {
  readonly kind: TargetKind;
  readonly subject: SharedSubject;
  open(host: "one" | "two", door: Door): Promise<Bench>;
  openDoor(): Promise<Door>;
}

export async function until(what: string, look: () => boolean | Promise<boolean>): Promise<void> {
  const looked = async () => ((await look()) ? seen(undefined) : missing("not yet"));
  await waitFor(what, looked, { withinMs: INTERVAL_MS, everyMs: 10 });
}

/** Turns of both agents until the place shows the host and both are content. */
export async function settle(
  { subject }: Stage,
  benches: readonly Bench[],
  host: number,
  epoch: number,
): Promise<void> {
  await until(`both to lead to ${place(host)}`, async () => {
    for (const bench of benches) bench.turn(at(host, epoch));
    const areContent = benches.every((bench) => bench.state()?.isInSync === true);
    return areContent && (await subject.shown()) === place(host);
  });
}
