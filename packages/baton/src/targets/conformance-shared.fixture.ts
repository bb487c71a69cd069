// What every target has to do that several agents share over a network: races of epochs, crashes between
// write and verify, answers of all sorts, revoked credentials. The far side is a real server or a copy that
// keeps state; each agent has a door of its own in front of it.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { at, type Bench, openBench, place } from "./bench.fixture.ts";
import { conformance, type Subject } from "./conformance.fixture.ts";
import { races } from "./conformance-races.fixture.ts";
import type { Door, Trouble } from "./fakes/door.fixture.ts";
import { INTERVAL_MS, settle, type SharedSubject, type Stage, until } from "./shared-stage.fixture.ts";
import { TEST_SECRET, testSurroundings } from "./surroundings.fixture.ts";
import type { TargetKind } from "./target.ts";

async function survivesCrash(stage: Stage): Promise<void> {
  const door = await stage.openDoor();
  const first = await stage.open("one", door);
  await first.lead(at(1, 3));
  door.trouble({ kind: "reset-after", to: "writes" });
  await first.untilError(at(2, 4), /./);
  await first.close();
  door.trouble({ kind: "none" });
  const second = await stage.open("one", door);
  await second.lead(at(2, 4));
  expect(await stage.subject.shown()).toBe(place(2));
}

async function isNotWokenUp(stage: Stage): Promise<void> {
  const { subject, kind } = stage;
  const [first, second] = [await stage.openDoor(), await stage.openDoor()];
  const [stale, fresh] = [await stage.open("one", first), await stage.open("two", second)];
  await settle(stage, [stale, fresh], 1, 5);
  await fresh.lead(at(2, 6));
  const before = (await subject.history()).length;
  // For more than an interval it gives what it knew: its Sentinels may be cut off from the majority's.
  const endMs = performance.now() + 2_500;
  await until("the stale one to have had its time", () => {
    stale.turn(at(1, 5));
    fresh.turn(at(2, 6));
    return performance.now() > endMs;
  });
  if (kind.fencing === "compare-and-set") {
    expect((await subject.history()).slice(before)).not.toContain(place(1));
    expect(stale.state()?.lastError).toMatch(/epoch 6|older/);
  }
  await stale.close();
  await settle(stage, [fresh], 2, 6);
}

const HTML = "<html><head><title>Oops</title></head><body><h1>Something is wrong</h1></body></html>";
const answered = (status: number, headers: Readonly<Record<string, string>> = {}): Trouble => ({
  kind: "answer",
  status,
  body: HTML,
  headers: { "content-type": "text/html", ...headers },
  to: "all",
});
const TROUBLES: Readonly<Record<string, Trouble>> = {
  "a page instead of an answer": answered(200),
  "408": answered(408),
  "409": { ...answered(409), to: "writes" } as Trouble,
  "422": { ...answered(422), to: "writes" } as Trouble,
  "429 with a time": answered(429, { "retry-after": "1" }),
  "500": answered(500),
  "502": answered(502),
  "503 for writes": { ...answered(503), to: "writes" } as Trouble,
  "a redirect": answered(302, { location: "http://127.0.0.1:9/" }),
  "a reset after reads": { kind: "reset-after", to: "all" },
  "a slow body": { kind: "slow-body", to: "all" },
  "no answer to writes": { kind: "stall", to: "writes" },
};

async function survivesAnswers(stage: Stage): Promise<void> {
  const door = await stage.openDoor();
  const bench = await stage.open("one", door);
  await bench.lead(at(1, 1));
  let epoch = 1;
  for (const trouble of Object.values(TROUBLES)) {
    epoch += 1;
    const route = at(1 + (epoch % 2), epoch);
    door.trouble(trouble);
    await bench.untilError(route, /./);
    expect(bench.state()?.lastError?.length).toBeLessThan(600);
    expect(bench.state()?.lastError).not.toMatch(/<h1>/);
    door.trouble({ kind: "none" });
    await bench.lead(route);
    expect(await stage.subject.shown()).toBe(place(1 + (epoch % 2)));
  }
}

async function waitsAsTold(stage: Stage): Promise<void> {
  const door = await stage.openDoor();
  const bench = await stage.open("one", door);
  await bench.lead(at(1, 1));
  door.trouble(answered(429, { "retry-after": "2" }));
  const startedMs = performance.now();
  await bench.untilError(at(2, 2), /429/);
  door.trouble({ kind: "none" });
  await bench.lead(at(2, 2));
  expect(performance.now() - startedMs).toBeGreaterThan(1_900);
}

async function saysRevoked(stage: Stage): Promise<void> {
  const { subject, kind } = stage;
  const door = await stage.openDoor();
  const bench = await stage.open("one", door);
  await bench.lead(at(1, 3));
  await subject.revoke?.();
  await bench.untilError(at(2, 4), /./);
  const target = await kind.open(kind.settings.parse(door.settings), testSurroundings());
  const proofs = await target.prove?.(AbortSignal.timeout(INTERVAL_MS));
  await target.close?.();
  expect(proofs?.some(({ verdict }) => verdict === "problem")).toBe(true);
  expect(JSON.stringify(proofs)).not.toContain(TEST_SECRET);
  await subject.restore?.();
  await bench.lead(at(2, 4));
  expect(await subject.shown()).toBe(place(2));
}

async function provesWithoutChange(stage: Stage): Promise<void> {
  const { kind } = stage;
  const door = await stage.openDoor();
  const bench = await stage.open("one", door);
  await bench.lead(at(1, 3));
  const before = door.writes();
  const target = await kind.open(kind.settings.parse(door.settings), testSurroundings());
  const proofs = (await target.prove?.(AbortSignal.timeout(INTERVAL_MS))) ?? [];
  expect(proofs.length).toBeGreaterThan(0);
  expect(proofs.filter(({ verdict }) => verdict === "problem")).toEqual([]);
  expect(door.writes()).toBe(before);
  door.trouble({ kind: "answer", status: 500, body: HTML, to: "all" });
  const broken = await target.prove?.(AbortSignal.timeout(INTERVAL_MS));
  expect(broken?.some(({ verdict }) => verdict !== "right")).toBe(true);
  await target.close?.();
}

async function mendsDrift(stage: Stage): Promise<void> {
  const bench = await stage.open("one", await stage.openDoor());
  await bench.lead(at(1, 3));
  await stage.subject.meddle(3);
  expect(await stage.subject.shown()).toBe(place(3));
  await until("the drift to be mended", async () => {
    bench.turn(at(1, 3));
    return (await stage.subject.shown()) === place(1);
  });
}

const PROMISES: Readonly<Record<string, (stage: Stage) => Promise<void>>> = {
  "ends at the newer epoch, whichever write of the older agent comes late": (stage) =>
    races(stage, "older"),
  "ends at the newer epoch, whichever write of the newer agent comes late": (stage) =>
    races(stage, "newer"),
  "is right again after a crash between a write and its answer": survivesCrash,
  "is not led back by an agent that knows only the older epoch": isNotWokenUp,
  "survives every kind of answer, says it in a line, and is right afterwards": survivesAnswers,
  "waits as long as it is told to": waitsAsTold,
  "proves credentials and reach without a change": provesWithoutChange,
  "mends what somebody else has changed within an interval": mendsDrift,
};
const WITH_CREDENTIALS = { "says so when its credentials were revoked": saysRevoked };

export interface SharedOptions {
  /** Whether the far side asks for credentials. */
  readonly hasCredentials: boolean;
  /** Its protocol is HTTP; others have their own tests of answers. */
  readonly isHttp?: boolean;
  /** For a test, milliseconds. */
  readonly timeoutMs?: number;
}

const HTTP_ONLY = new Set([
  "survives every kind of answer, says it in a line, and is right afterwards",
  "waits as long as it is told to",
]);

async function asSubject(make: () => Promise<SharedSubject>): Promise<Subject> {
  const subject = await make();
  const door = await subject.openDoor();
  const to = (trouble: Trouble) => () => Promise.resolve(door.trouble(trouble));
  return {
    settings: door.settings,
    shown: () => subject.shown(),
    refuse: to(answered(503)),
    stall: to({ kind: "stall", to: "all" }),
    recover: to({ kind: "none" }),
    async close() {
      await door.close();
      await subject.close();
    },
  };
}

/** The promises of every kind, and those of a shared one; `make` yields a fresh far side for each. */
export function sharedConformance(
  kind: TargetKind,
  options: SharedOptions,
  make: () => Promise<SharedSubject>,
): void {
  const { hasCredentials, isHttp = true, timeoutMs = 120_000 } = options;
  conformance(kind, () => asSubject(make));
  const promises = Object.entries({ ...PROMISES, ...(hasCredentials ? WITH_CREDENTIALS : {}) });
  const asked = promises.filter(([name]) => isHttp || !HTTP_ONLY.has(name));
  test.each(asked)(
    `shared target ${kind.id} %s`,
    async (_name, promise) => {
      const folder = await mkdtemp(join(tmpdir(), "baton-shared-"));
      const subject = await make();
      const doors: Door[] = [];
      const benches: Bench[] = [];
      const openDoor = async () => {
        const door = await subject.openDoor();
        doors.push(door);
        return door;
      };
      const open = async (host: "one" | "two", { settings }: Door) => {
        const own = { kind, settings, stateDirectory: join(folder, host), host };
        const bench = await openBench({ ...own, withinMs: INTERVAL_MS });
        benches.push(bench);
        return bench;
      };
      try {
        await promise({ kind, subject, open, openDoor });
        const told = JSON.stringify(benches.map(({ news, state }) => [news, state()]));
        expect(told).not.toContain(TEST_SECRET);
      } finally {
        for (const door of doors) door.trouble({ kind: "none" });
        for (const bench of benches) await bench.close();
        for (const door of doors) await door.close();
        await subject.close();
        await rm(folder, { recursive: true });
      }
    },
    timeoutMs,
  );
}
