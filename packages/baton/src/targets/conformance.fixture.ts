// What every kind of target has to do, whatever it is: the same promises, run against the real thing.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setImmediate } from "node:timers/promises";
import { expect, test } from "vitest";
import type { Route } from "../decide/types.ts";
import { missing, seen, waitFor } from "../sys/wait.ts";
import { at, type Bench, NONE, openBench, place } from "./bench.fixture.ts";
import { testSurroundings } from "./surroundings.fixture.ts";
import type { Change, TargetKind } from "./target.ts";

/** A real place of the kind, with a hand on what stands behind it. */
export interface Subject {
  readonly settings: Readonly<Record<string, unknown>>;
  /** ADDRESS:PORT as somebody outside sees it who knows nothing of Baton; undefined before the first. */
  shown(): Promise<string | undefined>;
  /** From now on every change fails, at once. */
  refuse(): Promise<void>;
  /** From now on nothing is answered. */
  stall(): Promise<void>;
  /** Ends refuse and stall. */
  recover(): Promise<void>;
  close(): Promise<void>;
}

interface Stage {
  readonly kind: TargetKind;
  readonly subject: Subject;
  /** An agent's engine with this one target; all of a stage share the state folder. */
  open(): Promise<Bench>;
}

async function untilAttempted({ engine }: Bench, route: Route): Promise<void> {
  const look = () => {
    engine.turn("main", route, true);
    return engine.state()[0]?.attempts === 1 ? seen(undefined) : missing("an attempt");
  };
  await waitFor("an attempt", look, { withinMs: 5_000, everyMs: 5 });
}

async function leads({ open, subject }: Stage): Promise<void> {
  const { lead, engine, news } = await open();
  await lead(at(1, 3));
  expect(await subject.shown()).toBe(place(1));
  expect(engine.state()).toMatchObject([{ isInSync: true, observed: { endpoint: { port: 6379 } } }]);
  expect(news).toMatchObject([
    { kind: "done", sentence: `target it leads to ${place(1)} (epoch 3)`, facts: { epoch: 3 } },
  ]);
  await lead(at(2, 4));
  expect(await subject.shown()).toBe(place(2));
}

async function isIdempotent({ open }: Stage): Promise<void> {
  const first = await open();
  await first.lead(at(1, 3));
  await first.close();
  const second = await open();
  await second.lead(at(1, 3));
  expect([first.writes(), second.writes()]).toEqual([1, 0]);
}

async function refusesOlder({ open, subject }: Stage): Promise<void> {
  const first = await open();
  await first.lead(at(2, 7));
  await first.untilError(at(1, 6), /epoch 6 is older than 7/);
  await first.close();
  const second = await open();
  await second.untilError(at(1, 6), /epoch 6 is older than 7/);
  expect(await subject.shown()).toBe(place(2));
  expect(second.writes()).toBe(0);
}

async function holdsStill({ open, subject }: Stage): Promise<void> {
  const bench = await open();
  await bench.lead(at(1, 3));
  for (let turn = 0; turn < 20; turn += 1) {
    bench.engine.turn("main", at(2, 4), false);
    bench.engine.turn("main", NONE, true);
    bench.engine.turn("another", at(2, 4), true);
  }
  await bench.lead(at(1, 3));
  expect(bench.writes()).toBe(1);
  expect(await subject.shown()).toBe(place(1));
}

async function treatsEarly({ open, subject, kind }: Stage): Promise<void> {
  const bench = await open();
  await bench.lead(at(1, 3));
  if (kind.followsEarly) {
    await bench.lead(at(2, 4, false));
    expect(await subject.shown()).toBe(place(2));
    // Withdrawn.
    bench.engine.turn("main", NONE, true);
  } else bench.engine.turn("main", at(2, 4, false), true);
  await bench.lead(at(1, 3));
  expect(await subject.shown()).toBe(place(1));
  expect(bench.writes()).toBe(kind.followsEarly ? 3 : 1);
}

async function stops({ kind, subject }: Stage): Promise<void> {
  const target = await kind.open(kind.settings.parse(subject.settings), testSurroundings());
  const endpoint = { address: "10.9.0.1", port: 6379 };
  const change: Change = { group: "main", endpoint, epoch: 1, from: undefined, role: "leader" };
  const before = await subject.shown();
  const told = new Error("told to");
  await expect(target.write(change, AbortSignal.abort(told))).rejects.toThrow("told to");
  expect(await subject.shown()).toBe(before);
  await subject.stall();
  const stopping = new AbortController();
  const writing = target.write(change, stopping.signal);
  const startedMs = performance.now();
  stopping.abort(told);
  await expect(writing).rejects.toThrow("told to");
  expect(performance.now() - startedMs).toBeLessThan(1_000);
}

async function retries({ open, subject }: Stage): Promise<void> {
  const bench = await open();
  await bench.lead(at(1, 3));
  await subject.refuse();
  await bench.untilError(at(2, 4), /./);
  await bench.untilAttempts(at(2, 4), 3);
  await subject.recover();
  await bench.lead(at(2, 4));
  expect(await subject.shown()).toBe(place(2));
  expect(bench.engine.state()[0]?.lastError).toBeUndefined();
  expect(bench.news.map(({ kind }) => kind)).toEqual(["done", "failed", "done"]);
}

async function completesAfterCrash({ open, subject }: Stage): Promise<void> {
  const first = await open();
  await first.lead(at(1, 3));
  await subject.stall();
  await untilAttempted(first, at(2, 4));
  await first.close();
  await subject.recover();
  const second = await open();
  await second.lead(at(2, 4));
  expect(await subject.shown()).toBe(place(2));
}

async function isOvertaken({ open, subject }: Stage): Promise<void> {
  const bench = await open();
  await bench.lead(at(1, 3));
  await subject.stall();
  await untilAttempted(bench, at(2, 4));
  bench.engine.turn("main", at(3, 5), true);
  await subject.recover();
  await bench.lead(at(3, 5));
  expect(await subject.shown()).toBe(place(3));
}

async function isNeverBoth({ open, subject }: Stage): Promise<void> {
  const bench = await open();
  const found = new Set<string | undefined>();
  const watch = { isOver: false };
  const watching = (async () => {
    while (!watch.isOver) {
      found.add(await subject.shown());
      // A copy in this process may answer without any wait: nothing else would ever run.
      await setImmediate();
    }
  })();
  try {
    for (let epoch = 1; epoch <= 8; epoch += 1) await bench.lead(at(1 + (epoch % 2), epoch));
  } finally {
    watch.isOver = true;
    await watching;
  }
  found.delete(undefined);
  for (const one of found) expect([place(1), place(2)]).toContain(one);
  expect(await subject.shown()).toBe(place(1));
}

const PROMISES: Readonly<Record<string, (stage: Stage) => Promise<void>>> = {
  "leads where the route says, and says so with its epoch": leads,
  "is not written to when it is right, not even by the next process": isIdempotent,
  "refuses an older epoch, also in a process that was started after the newer one": refusesOlder,
  "does nothing while the agent may not act, and nothing without a route": holdsStill,
  "follows an early route only where it can be taken back, and takes it back": treatsEarly,
  "stops at once when it is told to": stops,
  "says a failure once, tries again, and is right when the world is back": retries,
  "completes in the next process what was cut off": completesAfterCrash,
  "lets a newer route overtake one that hangs": isOvertaken,
  "shows the old place or the new one, never a mix": isNeverBoth,
};

/** Runs the promises of a kind; `make` yields a fresh place for each. */
export function conformance(kind: TargetKind, make: () => Promise<Subject>): void {
  test.each(Object.entries(PROMISES))(`target ${kind.id} %s`, async (_name, promise) => {
    const folder = await mkdtemp(join(tmpdir(), "baton-target-"));
    const subject = await make();
    const benches: Bench[] = [];
    const open = async () => {
      const bench = await openBench({ kind, settings: subject.settings, stateDirectory: folder });
      benches.push(bench);
      return bench;
    };
    try {
      await promise({ kind, subject, open });
    } finally {
      await subject.recover();
      for (const bench of benches) await bench.close();
      await subject.close();
      await rm(folder, { recursive: true });
    }
  });
}
