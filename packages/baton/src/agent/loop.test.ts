import { expect, test } from "vitest";
import type { Hands } from "../act/act.ts";
import { group, isPrimary, follows, layout, observed, says } from "../decide/world.fixture.ts";
import type { Route } from "../decide/types.ts";
import { BatonError, InvariantBroken } from "../errors.ts";
import { openJournal } from "../journal/journal.ts";
import { systemClock } from "../sys/clock.ts";
import { type LoopParts, runLoop, type Turn } from "./loop.ts";
import { openTurnstile } from "./turnstile.ts";
import { openWake } from "./wake.ts";

const unused = () => expect.fail("nothing of this kind was decided");
const noHands: Hands = {
  setRoute: unused,
  setConfirmations: () => undefined,
  holdClients: unused,
  releaseClients: unused,
  assertStillAgreed: unused,
  assertStillPrimary: unused,
  node: unused,
  sentinel: unused,
};

/** A loop over a world that stays as it is; it ends after a number of turns. */
function loopOf(turns: number, more: Partial<LoopParts>) {
  const ending = new AbortController();
  const said: string[] = [];
  const seen: Turn[] = [];
  const routes: Route[] = [];
  const wake = openWake(systemClock);
  const observation = observed(
    ["h1", "h2", "h3"].map((id) => says(id, "h1", 6)),
    [isPrimary("h1", ["h2", "h3"]), follows("h2", "h1"), follows("h3", "h1")],
  );
  const parts: LoopParts = {
    layout,
    group,
    self: "h1",
    clock: systemClock,
    observer: { look: () => Promise.resolve(observation), doors: new Map(), close: () => undefined },
    presence: { read: () => ({ stalledMs: 0, clockJumpMs: 0 }) },
    turnstile: openTurnstile(),
    epochs: { path: "", seen: () => -1, remember: () => Promise.resolve() },
    hands: { ...noHands, setRoute: (route) => void routes.push(route) },
    suspects: { watch: () => undefined, close: () => undefined },
    urgent: new Set(),
    journal: { ...openJournal("/dev/null", systemClock, unused) },
    wake,
    say: (_group, sentence) => void said.push(sentence),
    onTurn(turn) {
      seen.push(turn);
      wake.wake();
      if (seen.length === turns) ending.abort();
    },
    ...more,
  };
  return { said, seen, routes, done: runLoop(parts, ending.signal) };
}

test("a turn sets the route once, and says why in every turn", async () => {
  const { done, routes, said } = loopOf(3, {});
  await done;
  expect(routes).toMatchObject([{ kind: "primary", node: "h1", epoch: 6 }]);
  expect(said).toEqual(Array(3).fill("3 of 3 Sentinels name h1 in epoch 6 and it says so itself"));
});

test("without a disk that remembers the epoch nothing is done, and log and status say so", async () => {
  const full = () => Promise.reject(new BatonError("DISK", "epochs.json: no space left on the disk"));
  const { done, routes, said, seen } = loopOf(2, {
    epochs: { path: "", seen: () => -1, remember: full },
  });
  await done;
  expect(routes).toEqual([]);
  expect(said).toEqual(Array(2).fill("holding: epochs.json: no space left on the disk"));
  expect(seen.map(({ decided }) => decided.memory.route.kind)).toEqual(["none", "none"]);
});

test("a bug ends the loop instead of ending up in the journal", async () => {
  const broken = () => {
    throw new InvariantBroken("a route of epoch 6 after one of 7");
  };
  const { done } = loopOf(2, { hands: { ...noHands, setRoute: broken } });
  await expect(done).rejects.toThrow("invariant broken");
});

test("what was decided long ago is left out: the process stood still in between", async () => {
  let nowMs = 0;
  const slow = { ...systemClock, monotonicMs: () => (nowMs += 300) };
  const left = Object.assign(isPrimary("h1", ["h2", "h3"]), { replicaPriority: 1 });
  const world = observed(
    ["h1", "h2", "h3"].map((id) => says(id, "h1", 6)),
    [left, follows("h2", "h1"), follows("h3", "h1")],
  );
  const journal = openJournal("/dev/null", systemClock, unused);
  const { done } = loopOf(8, {
    clock: slow,
    journal,
    observer: { look: () => Promise.resolve(world), doors: new Map(), close: () => undefined },
  });
  await done;
  const sentences = journal.latest(50).map(({ sentence }) => sentence);
  expect(sentences).toContainEqual(expect.stringMatching(/^restore-settings left out: .* ms ago$/));
});

test("in trouble it is looked at in haste, less with more groups, and calmly once it is well", async () => {
  const nobody = observed([], []);
  const world = observed(
    ["h1", "h2", "h3"].map((id) => says(id, "h1", 6)),
    [isPrimary("h1", ["h2", "h3"]), follows("h2", "h1"), follows("h3", "h1")],
  );
  const others = Array.from({ length: 99 }, (_, index) => `other-${index}`);
  const urgent = new Set(others);
  const looks: (readonly [graceMs: number, urgent: number])[] = [];
  const look = (graceMs: number) => {
    looks.push([graceMs, urgent.size]);
    return Promise.resolve(looks.length < 3 ? nobody : world);
  };
  const observer = { look, doors: new Map(), close: () => undefined };
  await loopOf(4, { urgent, observer }).done;
  expect(looks).toEqual([
    [300, 99],
    [100, 100],
    [100, 100],
    [300, 99],
  ]);
});
