// `baton doctor --watch` and logs of real Sentinels: nothing about a failover that works, and a finding where
// one cannot succeed.
import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { describe, expect, test, vi } from "vitest";
import { watchSentinels } from "../../packages/baton/src/doctor/live/watch.ts";
import { openGround } from "../../packages/baton/src/proof/ground.ts";
import type { Member } from "../../packages/baton/src/proof/member.ts";
import { untilFollows, untilSwitched, untilWhole } from "../../packages/baton/src/proof/outcome.ts";
import { type Plan, putUp, type Stage } from "../../packages/baton/src/proof/stage.ts";
import { slowness, systemClock } from "../../packages/baton/src/sys/clock.ts";
import { missing, seen, waitFor } from "../../packages/baton/src/sys/wait.ts";
import { baton, makeHome, type Ran, removeHome, startBaton } from "./support/baton.ts";
import { startLoneSentinel } from "./support/lone-sentinel.ts";

// A stage is six processes that mostly wait.
vi.setConfig({ maxConcurrency: 3 });

const RULES = ["--rule", "LIV007,LIV008,LIV010,LIV015,LIV016", "--format", "json"];
const CONFIG_GONE = 'rename-command CONFIG ""';

interface Place {
  readonly home: string;
  readonly stage: Stage;
  readonly sentinels: readonly [Member, Member, Member];
}

/** Three nodes and three Sentinels; what is left of them stays where the test fails. */
async function withStage(plan: Plan, run: (place: Place) => Promise<void>): Promise<void> {
  const home = await makeHome();
  const ground = await openGround({
    name: "watched",
    environment: { ...process.env, BATON_HOME: home },
    signal: AbortSignal.timeout(170_000),
    say: () => undefined,
  });
  let isFine = false;
  try {
    const stage = await putUp(ground, plan);
    const [one, two, three] = stage.sentinels;
    if (one === undefined || two === undefined || three === undefined) throw new Error("three of them");
    await run({ home, stage, sentinels: [one, two, three] });
    isFine = true;
  } finally {
    await ground.close(!isFine);
    if (isFine) await removeHome(home);
  }
}

interface Found {
  readonly code: number | null;
  /** "RULE FILE:LINE" */
  readonly places: readonly string[];
  readonly rules: readonly string[];
  readonly messages: string;
  readonly notes: readonly { readonly file: string; readonly message: string }[];
  readonly incomplete: readonly string[];
}

function foundBy({ out, err, code }: Ran): Found {
  if (!out.startsWith("{")) throw new Error(`baton doctor exited with ${code}: ${err}`);
  const { findings, checked } = JSON.parse(out) as {
    findings: { rule: string; file: string; line: number; message: string }[];
    checked: Pick<Found, "notes" | "incomplete">;
  };
  const places = findings.map(({ rule, file, line }) => `${rule} ${file}:${String(line)}`);
  const messages = findings.map(({ message }) => message).join("\n");
  const rules = [...new Set(findings.map(({ rule }) => rule))];
  const { notes, incomplete } = checked;
  return { code, places, rules, messages, notes, incomplete: incomplete.toSorted() };
}

const nameOf = ({ address, port }: Member): string => `${address}:${String(port)}`;
const heardAt = (rule: string, ...sentinels: readonly Member[]) =>
  sentinels.map((sentinel) => `${rule} ${nameOf(sentinel)}:0`);

/** Three Sentinels that all want to lead in the same moment split their votes, as they do anywhere. */
const withoutElections = ({ places }: Found) => places.filter((place) => !place.startsWith("LIV010"));

/** What is found while `strike` happens, and a little longer. */
async function watching(
  { home, sentinels }: Place,
  seconds: number,
  strike: () => Promise<unknown>,
  ...more: readonly string[]
): Promise<Found> {
  const span = String(seconds * slowness());
  const watch = ["--live", "--sentinel", nameOf(sentinels[0]), "--watch", `${span}s`];
  const doctor = startBaton(home, ["doctor", ...watch, ...RULES, ...more]);
  const look = () => (doctor.err().includes("listening") ? seen(undefined) : missing(doctor.err()));
  await waitFor("doctor to listen", look, { withinMs: 10_000 });
  expect(doctor.err()).toMatch(new RegExp(`listening to [03] of 3 Sentinels for ${span} s`));
  await strike();
  return foundBy(await doctor.done);
}

/** The same from what the Sentinels have written. */
async function inLogs({ home, sentinels }: Place): Promise<Found> {
  const folder = join(home, "logs");
  for (const sentinel of sentinels) {
    const path = join(folder, sentinel.name, "sentinel.log");
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, await sentinel.log());
  }
  return foundBy(await baton(home, ["doctor", folder, ...RULES]));
}

describe.concurrent("what Sentinels say", () => {
  test("is nothing to worry about in a failover that works; a gap in the listening is named", async () => {
    await withStage({}, async (place) => {
      const { stage, sentinels } = place;
      const found = await watching(place, 8, async () => {
        await stage.primary.kill();
        const now = await untilSwitched(stage, stage.primary);
        await stage.primary.start();
        await untilFollows(stage.primary, now);
        expect(await sentinels[0].call("CLIENT", "KILL", "TYPE", "pubsub")).toBe(1);
      });
      expect(withoutElections(found)).toEqual([]);
      const message = expect.stringMatching(/^was not heard for \d+ m?s of \d+ s: /) as string;
      expect(found.notes).toMatchObject([{ file: nameOf(sentinels[0]), message }]);
      const logs = await inLogs(place);
      expect(withoutElections(logs)).toEqual([]);
    });
  });

  test("tells that a promotion was waited for in vain", async () => {
    await withStage({ redis: () => [CONFIG_GONE] }, async (place) => {
      const found = await watching(place, 7, async () => await place.stage.primary.kill());
      expect(found.rules).toContain("LIV008");
      const chosen = /chose "[\d.]+:6379" as the primary of "main", and gave up \d+ times? waiting/;
      expect(found.messages).toMatch(chosen);
      const sentinels = heardAt("LIV008", ...place.sentinels);
      expect(sentinels).toEqual(expect.arrayContaining(withoutElections(found)));
      const logs = await inLogs(place);
      expect(logs.rules).toContain("LIV008");
      expect(logs.messages).toMatch(chosen);
      expect(logs.places[0]).toMatch(/\/s\d\/sentinel\.log:[1-9]\d*$/);
    });
  });

  test("tells that an old primary does not obey", async () => {
    const plan: Plan = { redis: (host) => (host === 1 ? [CONFIG_GONE] : []) };
    await withStage(plan, async (place) => {
      const { primary } = place.stage;
      await primary.kill();
      await untilSwitched(place.stage, primary);
      const found = await watching(place, 8, async () => await primary.start());
      expect([found.code, found.places.toSorted()]).toEqual([1, heardAt("LIV007", ...place.sentinels)]);
      expect(found.messages).toContain(`told "${nameOf(primary)}" `);
      const places = withoutElections(await inLogs(place));
      expect(places).toEqual(
        Array(3).fill(expect.stringMatching(/^LIV007 .*\/s\d\/sentinel\.log:\d+$/)),
      );
    });
  });

  test("tells that nobody was elected", async () => {
    await withStage({ quorum: 1 }, async (place) => {
      const [one, two, three] = place.sentinels;
      const found = await watching(place, 8, async () => {
        await Promise.all([two.kill(), three.kill()]);
        await place.stage.primary.kill();
      });
      expect(found.places).toEqual(heardAt("LIV010", one));
      expect((await inLogs(place)).rules).toEqual(["LIV010"]);
    });
  });

  test("tells that two failovers were asked for at once", async () => {
    await withStage({}, async (place) => {
      const [one, two] = place.sentinels;
      const together = async () => {
        const words = ["SENTINEL", "FAILOVER", "main"] as const;
        return await Promise.all([one.call(...words), two.call(...words)]);
      };
      // On a busy machine the second one may hear of the first one's epoch before its own begins.
      const attempt = async () => {
        await untilWhole(place.stage);
        const found = await watching(place, 3, together);
        return found.code === 1 ? seen(found) : missing("they took two epochs");
      };
      const found = await waitFor("two failovers in one epoch", attempt, { withinMs: 60_000 });
      expect([found.rules, found.places.length]).toEqual([["LIV016"], 1]);
      expect((await inLogs(place)).rules).toEqual(["LIV016"]);
    });
  });

  test("tells that two Sentinels were reset at once", async () => {
    await withStage({}, async (place) => {
      const [one, , three] = place.sentinels;
      const found = await watching(place, 2, async () => {
        expect(await three.call("SENTINEL", "RESET", "main")).toBe(1);
        expect(await one.call("SENTINEL", "RESET", "*")).toBe(1);
      });
      // Two connections: the news of the first reset may come after that of the second.
      expect([heardAt("LIV015", one), heardAt("LIV015", three)]).toContainEqual(found.places);
      expect((await inLogs(place)).rules).toEqual(["LIV015"]);
    });
  });

  test("is for those who may listen: who lets nobody is named, and it exits with 2", async () => {
    await withStage({}, async (place) => {
      const blind = ["on", "nopass", "+@all", "resetchannels"];
      for (const sentinel of place.sentinels) await sentinel.call("ACL", "SETUSER", "blind", ...blind);
      const user = ["--sentinel-user", "blind"];
      const found = await watching(place, 1, async () => undefined, ...user);
      const clauses = place.sentinels.map((sentinel) => {
        return expect.stringContaining(`${nameOf(sentinel)} could not be listened to: NOPERM`) as string;
      });
      expect([found.code, found.incomplete]).toEqual([2, clauses]);
    });
  });
});

describe("listening to a Sentinel", () => {
  const SET = ["SENTINEL", "SET", "main", "down-after-milliseconds", "5000"] as const;

  test("keeps so many events and no more, and says so", async () => {
    const { place, sentinel, close } = await startLoneSentinel("127.71.9.1");
    try {
      const { signal } = new AbortController();
      const options = { sentinels: [place], clock: systemClock, signal, forMs: 1_500, eventsMax: 3 };
      let told: Promise<unknown> | undefined;
      const tell = async () => await sentinel.batch([SET, SET, SET, SET]);
      const onProgress = () => {
        told ??= tell();
      };
      const { heard, missed } = await watchSentinels({ ...options, onProgress });
      await told;
      const text = "master main 127.71.9.1 6379 down-after-milliseconds 5000";
      expect(heard.map(({ name, events }) => [name, events.map((event) => event.text)])).toEqual([
        ["127.71.9.1:26379", [text, text, text]],
      ]);
      const clause = "said more than 3 events; later ones are left out";
      expect(missed).toEqual([{ ...place, clause, isWhole: false }]);
    } finally {
      await close();
    }
  });

  test("ends at once when it is interrupted", async () => {
    const { place, close } = await startLoneSentinel("127.71.9.2");
    const interruption = new AbortController();
    const options = { sentinels: [place], clock: systemClock, signal: interruption.signal };
    const enough = new Error("enough");
    try {
      const beganMs = systemClock.monotonicMs();
      const watch = watchSentinels({
        ...options,
        forMs: 600_000,
        onProgress: () => interruption.abort(enough),
      });
      await expect(watch).rejects.toBe(enough);
      expect(systemClock.monotonicMs() - beganMs).toBeLessThan(10_000 * slowness());
      await expect(watchSentinels({ ...options, forMs: 1_000 })).rejects.toBe(enough);
    } finally {
      await close();
    }
  });
});
