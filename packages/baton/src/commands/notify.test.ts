import { expect, test } from "vitest";
import { judgeWords } from "./notify.ts";

const words = (line: string) => line.split(" ");

test("takes what Sentinel gives its two kinds of scripts", () => {
  for (const role of ["leader", "observer"]) {
    expect(judgeWords(words(`main ${role} start 10.0.0.1 6379 10.0.0.2 6379`))).toBeUndefined();
  }
  expect(judgeWords(["-sdown", "master main 10.0.0.1 6379"])).toBeUndefined();
});

test("says what it expected where an order of arguments was made up", () => {
  const wrong = judgeWords(words("main 10.0.0.1 6379 10.0.0.2 6379 leader start"));
  expect(wrong).toContain("expected <group> <role> <state> <from-ip> <from-port> <to-ip> <to-port>");
  expect(judgeWords([])).toMatch(/found 0 words$/);
  expect(judgeWords(words("main leader start 10.0.0.1 6379 10.0.0.2"))).toMatch(/found 6 words$/);
});
