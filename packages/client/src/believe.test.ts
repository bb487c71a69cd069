import { expect, test } from "vitest";
import { believe, type Word } from "./believe.ts";
import type { Answer, Primary } from "./judge.ts";

const found = (host: string, epoch: number): Primary => ({
  kind: "found",
  host,
  port: 6379,
  epoch,
  agreed: 2,
  asked: 3,
});
const word: Word = { host: "192.0.2.1", port: 6379, epoch: 7 };
const sentinel = { host: "192.0.2.9", port: 26_379 };
const refuses = (refusal: string): Answer => ({ kind: "none", sentinel, reason: "refuses", refusal });
const silent: Answer = { kind: "none", sentinel, reason: "does not answer" };

test("the first word is believed, and a newer epoch is another primary only at another address", () => {
  expect(believe(undefined, found("192.0.2.1", 0))).toMatchObject({ kind: "found", isAnother: true });
  expect(believe(word, found("192.0.2.2", 8))).toMatchObject({ kind: "found", isAnother: true });
  expect(believe(word, found("192.0.2.1", 8))).toMatchObject({ word: { epoch: 8 }, isAnother: false });
});

test("an epoch never goes back, however many name it", () => {
  const heard = believe(word, { ...found("192.0.2.2", 6), agreed: 3 } as Primary);
  expect(heard.kind).toBe("unclear");
  expect(heard).toMatchObject({
    reason: expect.stringContaining("192.0.2.1:6379 in epoch 7") as unknown,
  });
});

test("Sentinels that all refuse us are a refusal; where one is only silent it is unclear", () => {
  const unclear = (...answers: readonly Answer[]): Primary => ({
    kind: "unclear",
    reason: "none",
    answers,
  });
  const wrong = refuses("WRONGPASS invalid username-password pair or user is disabled.");
  expect(believe(word, unclear(wrong, wrong))).toMatchObject({ kind: "refused", error: "WRONGPASS" });
  expect(believe(word, unclear(wrong, silent))).toMatchObject({ kind: "unclear" });
  expect(believe(word, unclear(refuses("ERR No such master with that name")))).toMatchObject({
    kind: "unclear",
  });
});
