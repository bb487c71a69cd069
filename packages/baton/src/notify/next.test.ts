// What one agent does about one notice: when it waits, for whom, and how often it speaks.
import { describe, expect, test } from "vitest";
import { type Known, nextStep, type NextInput } from "./next.ts";
import type { NoticeRecord } from "./record.ts";
import { episodeAt } from "./sim.fixture.ts";

const plan = { severityMin: "info", settleMs: 10_000, drills: false } as const;
const episode = episodeAt(1_000);

const record = (more: Partial<NoticeRecord> = {}): NoticeRecord => ({
  thread: "t",
  sent: 1,
  by: "h1",
  beat: 0,
  state: "open",
  gist: "open",
  notice: episode.notice,
  ...more,
});
const known = (more: Partial<NoticeRecord> = {}, changedMs = 3_000): Known => ({
  record: record(more),
  changedMs,
  sentMs: 3_000,
});

const step = (more: Partial<NextInput> = {}) =>
  nextStep({
    plan,
    episode,
    isHeld: false,
    known: undefined,
    self: "h1",
    rank: 0,
    aloneSinceMs: undefined,
    updates: true,
    renewEveryMs: undefined,
    newSinceMs: undefined,
    nowMs: 3_000,
    ...more,
  });

const nothing = { kind: "nothing" };
const wait = (untilMs: number) => ({ kind: "wait", untilMs });
const send = (as: string) => ({ kind: "send", as });

describe("opening", () => {
  test("waits for its time, then for its turn", () => {
    expect(step({ nowMs: 2_999 })).toEqual(wait(3_000));
    expect(step()).toEqual(send("open"));
    expect(step({ rank: 2 })).toEqual(wait(3_600));
    expect(step({ rank: 2, nowMs: 3_600 })).toEqual(send("open"));
  });

  test("without a primary the turns are longer, and begin when it went", () => {
    expect(step({ rank: 1, aloneSinceMs: 500 })).toEqual(wait(5_000));
    expect(step({ rank: 1, aloneSinceMs: 9_000 })).toEqual(wait(11_000));
  });

  test("a problem has to last as long as the channel says", () => {
    const problem = {
      ...episode,
      openFromMs: 1_000,
      notice: { ...episode.notice, kind: "problem" as const },
    };
    expect(step({ episode: problem })).toEqual(wait(11_000));
    expect(step({ episode: problem, plan: { ...plan, settleMs: 0 } })).toEqual(send("open"));
    const gone = { ...problem, endedMs: 9_000 };
    expect(step({ episode: gone, nowMs: 20_000 })).toEqual(nothing);
  });

  test("what is less severe, or of another group, is not told", () => {
    expect(step({ plan: { ...plan, severityMin: "error" } })).toEqual(nothing);
    expect(step({ plan: { ...plan, groups: ["stock"] } })).toEqual(nothing);
    expect(step({ plan: { ...plan, groups: ["main"] } })).toEqual(send("open"));
    const worse = { ...episode, notice: { ...episode.notice, severity: "error" as const } };
    expect(step({ episode: worse, plan: { ...plan, severityMin: "error" } })).toEqual(send("open"));
  });

  test("nothing is opened while somebody works on the group, but a drill where it is wanted", () => {
    expect(step({ isHeld: true })).toEqual(nothing);
    const drill = { ...episode, notice: { ...episode.notice, kind: "drill" as const } };
    expect(step({ episode: drill, isHeld: true })).toEqual(nothing);
    expect(step({ episode: drill, isHeld: true, plan: { ...plan, drills: true } })).toEqual(
      send("open"),
    );
  });

  test("a switchover that is over is one message", () => {
    const notice = { ...episode.notice, kind: "switchover" as const, state: "closed" as const };
    const over = { ...episode, notice, openFromMs: 6_000, endedMs: 2_000 };
    expect(step({ episode: over, nowMs: 2_500 })).toEqual(wait(3_000));
    expect(step({ episode: over })).toEqual(send("once"));
    expect(step({ episode: over, known: known({ state: "closed" }) })).toEqual(nothing);
  });
});

describe("what is open", () => {
  test("is brought up to date by whoever opened it, not at once and not too often", () => {
    const fresh = { known: known(), newSinceMs: 3_100 };
    expect(step({ ...fresh, nowMs: 3_200 })).toEqual(wait(33_000));
    expect(step({ ...fresh, nowMs: 33_000 })).toEqual(send("update"));
    const worse = { ...episode, notice: { ...episode.notice, severity: "error" as const } };
    expect(step({ ...fresh, episode: worse, nowMs: 3_200 })).toEqual(wait(6_100));
    expect(step({ ...fresh, episode: worse, nowMs: 6_100 })).toEqual(send("update"));
  });

  test("where nothing can be changed over there only what is worse is said", () => {
    const fresh = { known: known(), newSinceMs: 3_100, updates: false, nowMs: 60_000 };
    expect(step(fresh)).toEqual(nothing);
    const worse = { ...episode, notice: { ...episode.notice, severity: "error" as const } };
    expect(step({ ...fresh, episode: worse })).toEqual(send("update"));
  });

  test("is closed by whoever opened it, at once", () => {
    const over = { ...episode, endedMs: 50_000 };
    expect(step({ known: known(), episode: over, nowMs: 50_000 })).toEqual(send("close"));
  });

  test("is nobody else's while its agent lives, and the next one's when it is dead", () => {
    const over = { ...episode, endedMs: 50_000 };
    const other = { known: known({}, 45_000), episode: over, self: "h2", rank: 1 };
    expect(step({ ...other, nowMs: 50_000 })).toEqual(wait(72_000));
    expect(step({ ...other, nowMs: 72_000 })).toEqual(send("close"));
  });

  test("has an end to its messages, but never to its end", () => {
    const many = { known: known({ sent: 20 }), newSinceMs: 3_100, nowMs: 100_000 };
    expect(step(many)).toEqual(nothing);
    const over = { ...episode, endedMs: 99_000 };
    expect(step({ ...many, episode: over })).toEqual(send("close"));
  });

  test("is renewed where the far side forgets, also while an update waits", () => {
    expect(step({ known: known(), renewEveryMs: 60_000, nowMs: 62_999 })).toEqual(wait(63_000));
    expect(step({ known: known(), renewEveryMs: 60_000, nowMs: 63_000 })).toEqual(send("renew"));
  });

  test("stays as it is while somebody works on the group", () => {
    expect(step({ known: known(), newSinceMs: 1, isHeld: true, nowMs: 90_000 })).toEqual(nothing);
  });
});

test("what was closed a moment ago, by an agent that saw its end first, is not opened again", () => {
  const closed = known({ state: "closed" }, 40_000);
  expect(step({ known: closed, nowMs: 41_000 })).toEqual(wait(65_000));
  expect(step({ known: closed, nowMs: 65_000 })).toEqual(send("open"));
  const over = { ...episode, endedMs: 42_000 };
  expect(step({ known: closed, episode: over, nowMs: 65_000 })).toEqual(nothing);
});

test("what was left out is sent by nobody", () => {
  expect(step({ known: known({ state: "left-out" }), nowMs: 90_000 })).toEqual(nothing);
});
