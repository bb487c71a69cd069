import { expect, test } from "vitest";
import { judgeReplies } from "./outcome.ts";

const judged = (...texts: readonly string[]) => {
  const { outcome, isPassing, losesConnection } = judgeReplies(texts);
  return [outcome.kind, outcome.error, isPassing, losesConnection];
};

test.each(["READONLY", "LOADING", "MASTERDOWN", "NOREPLICAS"])(
  "%s passes, and the node is left",
  (word) => {
    expect(judged(`${word} some sentence`)).toEqual(["not-done", word, true, true]);
  },
);

test.each(["BUSY", "TRYAGAIN"])("%s passes, and the node is kept", (word) => {
  expect(judged(`${word} some sentence`)).toEqual(["not-done", word, true, false]);
});

test.each(["WRONGTYPE", "OOM", "NOAUTH", "WRONGPASS", "NOPERM", "ERR", "EXECABORT"])(
  "%s is told at once",
  (word) => {
    expect(judged(`${word} some sentence`)).toEqual(["not-done", word, false, false]);
  },
);

test("the router's word for a write that no replica has confirmed is unknown", () => {
  const text = "NOREPLICAS baton: written, and not confirmed, outcome unknown: 0 of 2 replicas have it";
  expect(judged(text)).toEqual(["unknown", "NOREPLICAS", true, true]);
});

test("a discarded transaction is judged by what was said to its command", () => {
  const discarded = "EXECABORT Transaction discarded because of previous errors.";
  const first = "READONLY You can't write against a read only replica.";
  expect(judged(discarded, first)).toEqual(["not-done", "READONLY", true, true]);
});

test("an error without a code is called other, and no argument is repeated", () => {
  expect(judged("something went wrong")[1]).toBe("other");
  const { outcome } = judgeReplies(["ERR unknown command 'AUTH', with args beginning with: 'tulip' "]);
  expect(outcome.message).toBe("ERR unknown command 'AUTH'");
});
