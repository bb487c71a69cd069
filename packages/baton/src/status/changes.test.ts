import { expect, test } from "vitest";
import { afterLines, type Changes, differ, isNews, noChanges } from "./changes.ts";
import type { Line } from "./spans.ts";

const line = (id: string, text: string, value?: string): Line => [
  { text: "plain" },
  { text, id, ...(value === undefined ? {} : { value }) },
];
const look = (before: Changes, nowMs: number, ...lines: readonly Line[]) =>
  afterLines(before, lines, nowMs);

test("at the first look nothing is news", () => {
  const first = look(noChanges, 0, line("route", "h1"));
  expect([isNews(first, "route", 0), differ(noChanges, first)]).toEqual([false, true]);
});

test("what says something else is news for five seconds, and so is what was not there", () => {
  const first = look(noChanges, 0, line("route", "h1"));
  const second = look(first, 1_000, line("route", "h2"), line("problem", "down"));
  expect([isNews(second, "route", 5_999), isNews(second, "problem", 5_999)]).toEqual([true, true]);
  const third = look(second, 2_000, line("route", "h2"), line("problem", "down"));
  expect([isNews(third, "route", 5_999), isNews(third, "route", 6_000)]).toEqual([true, false]);
  expect([differ(first, second), differ(second, third)]).toEqual([true, false]);
});

test("a value that stands for the text decides: another number of milliseconds is no news", () => {
  const first = look(noChanges, 0, line("problem", "last answered 812 ms ago", ""));
  const second = look(first, 1_000, line("problem", "last answered 1812 ms ago", ""));
  expect([isNews(second, "problem", 1_000), differ(first, second)]).toEqual([false, false]);
});

test("what goes is a difference, and is forgotten", () => {
  const first = look(noChanges, 0, line("a", "1"), line("b", "1"));
  const second = look(first, 1_000, line("a", "1"));
  expect([differ(first, second), second.values?.size]).toEqual([true, 1]);
});
