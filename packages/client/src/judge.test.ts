// What several answers add up to: the newest epoch that two name, and nothing where that is not certain.
import { describe, expect, test } from "vitest";
import { type Answer, isSettled, judge } from "./judge.ts";

const OLD = "192.0.2.1";
const NEW = "192.0.2.2";

let nextPort = 1;
const from = () => ({ host: "192.0.2.9", port: nextPort++ });
const names = (host: string, epoch: number): Answer => ({
  kind: "named",
  sentinel: from(),
  host,
  port: 6379,
  epoch,
});
const silent = (): Answer => ({ kind: "none", sentinel: from(), reason: "does not answer" });

describe("the outcome", () => {
  test("is the primary that all name", () => {
    expect(judge([names(NEW, 3), names(NEW, 3), names(NEW, 3)], 3)).toEqual({
      kind: "found",
      host: NEW,
      port: 6379,
      epoch: 3,
      agreed: 3,
      asked: 3,
    });
  });

  test("is the newest epoch that two name, even where more still name an older one", () => {
    const answers = [names(OLD, 1), names(OLD, 1), names(OLD, 1), names(NEW, 2), names(NEW, 2)];
    expect(judge(answers, 5)).toMatchObject({ kind: "found", host: NEW, epoch: 2, agreed: 2 });
  });

  test("does not follow a newer epoch that one alone names", () => {
    expect(judge([names(NEW, 9), names(OLD, 1), names(OLD, 1)], 3)).toMatchObject({
      host: OLD,
      epoch: 1,
    });
  });

  test("is unclear where no two agree, and says what each said", () => {
    const outcome = judge([names(OLD, 1), names(NEW, 2), silent()], 3);
    expect(outcome.kind).toBe("unclear");
    expect(outcome).toMatchObject({
      reason: expect.stringMatching(
        /^no 2 of 3 Sentinels agree: .* names 192\.0\.2\.1:6379 in epoch 1; .* 2; .* does not answer$/,
      ) as string,
    });
  });

  test("is unclear where two primaries are named twice in one epoch", () => {
    const outcome = judge([names(OLD, 2), names(OLD, 2), names(NEW, 2), names(NEW, 2)], 4);
    expect(outcome).toMatchObject({
      kind: "unclear",
      reason: "the Sentinels name both 192.0.2.1:6379 and 192.0.2.2:6379 in epoch 2",
    });
  });

  test("is the word of the only one that was asked, and of no lone one of two", () => {
    expect(judge([names(NEW, 1)], 1)).toMatchObject({ kind: "found", agreed: 1, asked: 1 });
    expect(judge([names(NEW, 1), silent()], 2)).toMatchObject({ kind: "unclear" });
  });
});

describe("the question is settled", () => {
  test("when all have answered, whatever they said", () => {
    expect(isSettled([silent(), silent()], 2)).toBe(true);
  });

  test("when two of three agree and the third could not outvote them", () => {
    expect(isSettled([names(NEW, 2), names(NEW, 2)], 3)).toBe(true);
  });

  test("not while those that are missing could name a newer epoch together", () => {
    expect(isSettled([names(OLD, 1), names(OLD, 1)], 4)).toBe(false);
    expect(isSettled([names(OLD, 1), names(OLD, 1), silent()], 4)).toBe(true);
  });

  test("not while one has named a newer epoch and one more is missing", () => {
    expect(isSettled([names(OLD, 1), names(NEW, 2), names(OLD, 1)], 4)).toBe(false);
  });

  test("not while too few agree", () => {
    expect(isSettled([names(NEW, 1)], 3)).toBe(false);
    expect(isSettled([], 1)).toBe(false);
  });
});
