// Which episodes follow from what the turns show: one for a failover, one for all problems, none while
// somebody works on the group.
import { describe, expect, test } from "vitest";
import type { Problem, ProblemCode } from "../decide/types.ts";
import type { Incident } from "../journal/incidents.ts";
import { adopted } from "./adopt.ts";
import { type Episode, episodesAfter, type GroupEpisodes, noEpisodes } from "./episodes.ts";
import type { Sight } from "./sight.ts";

const WALL_MS = Date.parse("2026-11-21T02:43:11.120Z");

const problem = (code: ProblemCode, severity: Problem["severity"] = "warning"): Problem => ({
  code,
  severity,
  message: `it is ${code}`,
});

const incident = (more: Partial<Incident> = {}): Incident => ({
  kind: "failover",
  group: "main",
  epoch: null,
  from: "h1",
  to: null,
  outcome: "open",
  startedAt: "2026-11-21T02:43:11.000Z",
  durationMs: null,
  steps: [
    { name: "sdown", at: "2026-11-21T02:43:11.000Z", afterMs: 0, sentence: "sentinel h2: +sdown" },
    { name: "elected", at: "2026-11-21T02:43:11.200Z", afterMs: 200, sentence: "sentinel h2: elected" },
  ],
  ...more,
});

const suspicion = incident({ steps: incident().steps.slice(0, 1) });
const done = incident({ outcome: "done", to: "h2", epoch: 8, durationMs: 2_300 });

class Watch {
  state: GroupEpisodes = noEpisodes;
  nowMs = 0;

  /** The next turn, so much later. */
  see(afterMs: number, more: Partial<Sight> = {}): readonly Episode[] {
    this.nowMs += afterMs;
    this.state = episodesAfter(this.state, {
      group: "main",
      nowMs: this.nowMs,
      wallMs: WALL_MS + this.nowMs,
      epochBefore: 7,
      hasPrimary: true,
      problems: [],
      incidents: [],
      drill: undefined,
      switchover: undefined,
      isDoubtful: false,
      ...more,
    });
    return this.state.episodes;
  }

  shown(): readonly string[] {
    return this.state.episodes.map(({ notice }) => `${notice.id} ${notice.severity} ${notice.state}`);
  }
}

describe("a failover", () => {
  test("is one episode from the election until nothing of it is left", () => {
    const watch = new Watch();
    watch.see(0, {
      incidents: [suspicion],
      problems: [problem("primary-down", "error")],
      hasPrimary: false,
    });
    expect(watch.shown()).toEqual(["problem error open"]);
    watch.see(200, {
      incidents: [incident()],
      problems: [problem("primary-down", "error")],
      hasPrimary: false,
    });
    expect(watch.shown()).toEqual(["failover-7 error open", "problem error closed"]);
    // The route is there, the epoch is another one, and one replica is missing.
    watch.see(2_000, { incidents: [done], problems: [problem("replica-down")], epochBefore: 8 });
    const [failover] = watch.state.episodes;
    expect(failover?.notice).toMatchObject({
      id: "failover-7",
      severity: "warning",
      state: "open",
      title: "main: failover from h1 to h2, writes go on after 2.3 s",
    });
    expect(failover?.notice.lines.at(-1)).toBe("warning: it is replica-down");
    watch.see(3_600_000, { incidents: [done], problems: [problem("replica-down")], epochBefore: 8 });
    expect(watch.shown()[0]).toBe("failover-7 warning open");
    watch.see(1_000, { incidents: [done], epochBefore: 8 });
    expect(watch.shown()[0]).toBe("failover-7 warning open");
    watch.see(10_000, { incidents: [done], epochBefore: 8 });
    expect(watch.shown()[0]).toBe("failover-7 warning closed");
    expect(watch.state.episodes[0]?.notice.endedAt).not.toBeNull();
  });

  test("is named by the epoch that it left, which all agents know, not by when this one saw it", () => {
    const early = new Watch();
    early.see(0, { incidents: [incident()], epochBefore: 7 });
    early.see(500, { incidents: [done], epochBefore: 8 });
    const late = new Watch();
    late.see(0, { incidents: [done], epochBefore: 7 });
    expect([early, late].map((watch) => watch.state.episodes[0]?.notice.id)).toEqual([
      "failover-7",
      "failover-7",
    ]);
  });

  test("that is over is never opened again by the same incident", () => {
    const watch = new Watch();
    watch.see(0, { incidents: [done] });
    watch.see(10_000, { incidents: [done] });
    watch.see(900_000, { incidents: [done] });
    expect(watch.shown()).toEqual([]);
    watch.see(60_000, { incidents: [done] });
    expect(watch.shown()).toEqual([]);
  });

  test("two in a row are two", () => {
    const watch = new Watch();
    watch.see(0, { incidents: [done], problems: [problem("replica-down")] });
    const second = incident({ startedAt: "2026-11-21T02:50:00.000Z", from: "h2" });
    watch.see(5_000, { incidents: [done, second], problems: [problem("replica-down")], epochBefore: 8 });
    expect(watch.shown()).toEqual(["failover-7 warning open", "failover-8 warning open"]);
  });

  test("opens two seconds after it was seen, and says what is new by another gist", () => {
    const watch = new Watch();
    const [first] = watch.see(100, { incidents: [incident()], hasPrimary: false });
    expect(first?.openFromMs).toBe(2_100);
    const [second] = watch.see(500, { incidents: [done] });
    expect(second?.openFromMs).toBe(2_100);
    expect(second?.gist).not.toBe(first?.gist);
    const [third] = watch.see(500, { incidents: [done] });
    expect(third?.gist).toBe(second?.gist);
  });
});

describe("problems", () => {
  test("of a group are one episode, as bad as the worst", () => {
    const watch = new Watch();
    watch.see(0, { problems: [problem("sentinel-silent")] });
    watch.see(1_000, { problems: [problem("too-few-replicas", "error"), problem("sentinel-silent")] });
    expect(watch.shown()).toEqual(["problem error open"]);
    const [{ notice } = { notice: undefined }] = watch.state.episodes;
    expect(notice?.title).toBe("main: it is too-few-replicas, and 1 more");
  });

  test("that come back within ten seconds never went", () => {
    const watch = new Watch();
    const [first] = watch.see(0, { problems: [problem("sentinel-silent")] });
    watch.see(5_000);
    const [again] = watch.see(4_000, { problems: [problem("sentinel-silent")] });
    expect(again?.sinceMs).toBe(first?.sinceMs);
    watch.see(1_000);
    watch.see(10_000);
    expect(watch.shown()).toEqual(["problem warning closed"]);
  });

  test("that come back later are another episode", () => {
    const watch = new Watch();
    const [first] = watch.see(0, { problems: [problem("sentinel-silent")] });
    watch.see(1_000);
    watch.see(10_000);
    const [again] = watch.see(30_000, { problems: [problem("sentinel-silent")] });
    expect(again?.notice.startedAt).not.toBe(first?.notice.startedAt);
    expect(again?.endedMs).toBeUndefined();
  });

  test("that are none of the group are not told", () => {
    const watch = new Watch();
    const before = watch.state;
    for (const code of ["observer-doubt", "failover-running", "switchover-running"] as const) {
      watch.see(100, { problems: [problem(code)] });
    }
    watch.see(100, { problems: [problem("replica-down", "info")] });
    expect(watch.state).toBe(before);
  });

  test("an observer in doubt sees nothing that would be told", () => {
    const watch = new Watch();
    watch.see(0, { problems: [problem("primary-down", "error")], isDoubtful: true });
    expect(watch.state).toBe(noEpisodes);
  });
});

describe("a switchover and a fence", () => {
  test("a switchover is over at once, and named by its own id", () => {
    const watch = new Watch();
    const moving = incident({ kind: "switchover", to: "h2" });
    watch.see(0, { incidents: [moving], switchover: "0b5e4f3c-aaaa-bbbb" });
    const over = incident({ kind: "switchover", outcome: "done", to: "h2", durationMs: 600 });
    const [episode] = watch.see(600, { incidents: [over] });
    expect(episode?.notice).toMatchObject({
      id: "switchover-by-0b5e4f3c-aaa",
      severity: "info",
      state: "closed",
      title: "main: switchover from h1 to h2 done in 0.6 s",
    });
  });

  test("one that was taken back is a warning", () => {
    const watch = new Watch();
    const undone = incident({ kind: "switchover", outcome: "undone", to: "h2" });
    const [episode] = watch.see(0, { incidents: [undone] });
    expect(episode?.notice).toMatchObject({ severity: "warning", state: "closed" });
  });

  test("an old primary that was fenced is told by itself, also while a failover is open", () => {
    const watch = new Watch();
    const fence = incident({
      kind: "fence",
      outcome: "done",
      from: "h1",
      to: "h2",
      startedAt: "2026-11-21T03:43:11.000Z",
    });
    watch.see(0, { incidents: [done], problems: [problem("replica-down")] });
    watch.see(1_000, { incidents: [done, fence], problems: [problem("replica-down")], epochBefore: 8 });
    expect(watch.shown()).toEqual(["failover-7 warning open", "fence-h1-8 warning closed"]);
  });
});

describe("while somebody works on the group", () => {
  const times = { since: "2026-11-21T02:43:10.000Z", until: "2026-11-21T02:44:10.000Z" };
  const drill = { fault: "kill-primary", by: "ops", ...times };

  test("in a drill only the drill is an episode, and what it broke is never told", () => {
    const watch = new Watch();
    watch.see(0, { problems: [problem("primary-down", "error")], hasPrimary: false });
    watch.see(300, { incidents: [incident()], problems: [problem("primary-down", "error")], drill });
    expect(watch.shown()).toEqual(["problem error open", "drill-2026-11-21T02-43-10-000Z info open"]);
    expect(watch.state.isHeld).toBe(true);
    watch.see(20_000, { incidents: [done], problems: [problem("replica-down")], drill });
    watch.see(1_000, { incidents: [done], problems: [problem("replica-down")] });
    // What is left has the whole of its time to go away.
    const left = watch.state.episodes.find(({ notice }) => notice.id === "problem");
    expect(left?.sinceMs).toBe(watch.nowMs);
    expect(watch.shown().filter((one) => one.startsWith("failover"))).toEqual([]);
    expect(watch.shown()).toContain("drill-2026-11-21T02-43-10-000Z info closed");
    watch.see(1_000, { incidents: [done] });
    watch.see(10_000, { incidents: [done] });
    expect(watch.shown().filter((one) => one.endsWith("open"))).toEqual([]);
  });

  test("in maintenance nothing begins, and what was open stays as it is", () => {
    const watch = new Watch();
    watch.see(0, { incidents: [done], problems: [problem("replica-down")] });
    watch.see(3_000, { incidents: [done], problems: [problem("replica-down")] });
    const paused = [problem("maintenance")];
    watch.see(1_000, { incidents: [done], problems: paused });
    watch.see(60_000, { incidents: [done], problems: [...paused, problem("sentinels-split", "error")] });
    expect(watch.shown()).toEqual(["failover-7 warning open"]);
    expect(watch.state.isHeld).toBe(true);
    watch.see(1_000, { incidents: [done] });
    watch.see(10_000, { incidents: [done] });
    expect(watch.shown()).toEqual(["failover-7 warning closed"]);
  });
});

describe("what another agent has told of", () => {
  const told = new Watch();
  told.see(0, { incidents: [done], problems: [problem("replica-down")] });
  const [episode] = told.state.episodes;
  const record = { notice: episode?.notice as Episode["notice"], gist: episode?.gist ?? "" };

  test("is ended by one that has not seen it begin, once nothing is left", () => {
    const watch = new Watch();
    watch.state = adopted(noEpisodes, record, 0);
    watch.see(1_000, { problems: [problem("replica-down")] });
    expect(watch.shown()).toEqual(["failover-7 warning open"]);
    expect(watch.state.episodes[0]?.gist).toBe(record.gist);
    watch.see(1_000);
    watch.see(10_000);
    expect(watch.shown()).toEqual(["failover-7 warning closed"]);
  });

  test("is the same as what this one sees itself", () => {
    const watch = new Watch();
    watch.see(0, { incidents: [done], problems: [problem("replica-down")] });
    const before = watch.state;
    expect(adopted(before, record, 5)).toBe(before);
  });
});

test("a thousand quiet groups cost nothing: the same state is given back", () => {
  const watch = new Watch();
  const before = watch.state;
  for (let turn = 0; turn < 5; turn += 1) watch.see(500);
  expect(watch.state).toBe(before);
});
