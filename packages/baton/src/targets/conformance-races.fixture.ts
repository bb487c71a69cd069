// Two agents with different epochs at one target, in every order that their requests can arrive.
import { expect } from "vitest";
import { at, place } from "./bench.fixture.ts";
import { settle, type Stage, until } from "./shared-stage.fixture.ts";

/** A change that takes more writes than this is not one. */
const WRITES_MAX = 12;

/**
 * Two agents, one with an older epoch, and the nth write of one of them kept back until the other is done.
 * @returns false when the change has fewer writes than that, and nothing was kept back.
 */
async function race(stage: Stage, late: "older" | "newer", nth: number): Promise<boolean> {
  const { subject, kind } = stage;
  const epoch = nth * 10;
  const [first, second] = [await stage.openDoor(), await stage.openDoor()];
  const [older, newer] = [await stage.open("one", first), await stage.open("two", second)];
  await settle(stage, [older, newer], 3, epoch);
  const before = (await subject.history()).length;
  const goOlder = { bench: older, door: first, route: at(1, epoch + 1) };
  const goNewer = { bench: newer, door: second, route: at(2, epoch + 2) };
  const [slow, quick] = late === "older" ? [goOlder, goNewer] : [goNewer, goOlder];
  const held = slow.door.holdWrite(nth);
  await until("a write to be kept back, or none to be left", () => {
    slow.bench.turn(slow.route);
    return held.hasCome() || slow.bench.state()?.isInSync === true;
  });
  if (!held.hasCome()) return false;
  // The quick one does what it can: past a change that hangs half-way it may have to wait.
  const startedMs = performance.now();
  await until("the quick one", () => {
    quick.bench.turn(quick.route);
    const { isInSync, lastError } = quick.bench.state() ?? {};
    return isInSync === true || (lastError !== undefined && performance.now() - startedMs > 500);
  });
  await held.release();
  // By the newer alone: the older agent may be dead by now.
  await older.close();
  await settle(stage, [newer], 2, epoch + 2);
  const since = (await subject.history()).slice(before);
  const afterNewer = since.slice(since.indexOf(place(2)));
  if (kind.fencing === "compare-and-set") expect(afterNewer).not.toContain(place(1));
  else expect(afterNewer.at(-1)).toBe(place(2));
  await newer.close();
  return true;
}

export async function races(stage: Stage, late: "older" | "newer"): Promise<void> {
  let count = 0;
  for (let nth = 1; nth <= WRITES_MAX && (await race(stage, late, nth)); nth += 1) count += 1;
  expect(count).toBeGreaterThan(0);
}
