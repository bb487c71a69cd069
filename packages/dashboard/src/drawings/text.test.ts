// Promises of the estimate of a text's width.
import { expect, test } from "vitest";
import { fitText, textWidth } from "./text.ts";

test("bold is wider, and wide letters are wider than narrow ones", () => {
  expect(textWidth("route", 12, true)).toBeGreaterThan(textWidth("route", 12));
  expect(textWidth("mmm", 12)).toBeGreaterThan(textWidth("iii", 12));
  expect(textWidth("東京", 12)).toBeGreaterThanOrEqual(24);
});

test("leaves a text that fits, and cuts another with an ellipsis so that it fits", () => {
  expect(fitText("router-1", 200, 12)).toBe("router-1");
  const cut = fitText("a-client-with-a-very-long-name", 80, 12);
  expect(cut).toMatch(/^a-client.*…$/u);
  expect(textWidth(cut, 12)).toBeLessThanOrEqual(80);
  expect(fitText("abc", 0, 12)).toBe("…");
});
