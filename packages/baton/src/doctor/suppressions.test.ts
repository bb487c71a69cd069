import { expect, test } from "vitest";
import { diagnose } from "./diagnose.ts";
import type { Rule } from "./rule.ts";

const everyPort: Rule = {
  id: "TST001",
  title: "a port",
  severity: "warning",
  why: "w",
  fix: "f",
  evidence: "e",
  sees: ["static"],
  *check({ redis }) {
    for (const { config } of redis) {
      for (const { name, place } of config?.directives ?? []) {
        if (name === "port") yield { place, message: "a port" };
      }
    }
  },
};

function linesWith(text: string): {
  found: readonly number[];
  suppressed: number;
  notes: readonly string[];
} {
  const { findings, checked } = diagnose(
    { files: [{ path: "redis.conf", text }] },
    { rules: [everyPort] },
  );
  return {
    found: findings.map(({ place }) => place.line),
    suppressed: checked.suppressed,
    notes: checked.notes.map(({ place, message }) => `${place.line}: ${message}`),
  };
}

test("a comment on the line above silences that line only", () => {
  const text = "# baton-doctor-ignore TST001: the balancer knows it\nport 1\nport 2\n";
  expect(linesWith(text)).toEqual({ found: [3], suppressed: 1, notes: [] });
});

test("a comment behind the words silences its own line", () => {
  expect(linesWith("port 1 # baton-doctor-ignore TST001: so be it\nport 2\n").found).toEqual([2]);
});

test("several comments and several ids add up", () => {
  const text = "# baton-doctor-ignore SEN001: a\n# baton-doctor-ignore RED001, TST001: b\nport 1\n";
  expect(linesWith(text).found).toEqual([]);
});

test("another rule's comment silences nothing", () => {
  expect(linesWith("# baton-doctor-ignore SEN001: a\nport 1\n").found).toEqual([2]);
});

test("without a reason nothing is silenced, and a note says so", () => {
  expect(linesWith("# baton-doctor-ignore TST001\nport 1\n")).toEqual({
    found: [2],
    suppressed: 0,
    notes: ["1: baton-doctor-ignore gives no reason, so TST001 is still reported"],
  });
});

test("without a rule a note says so, and outside of a comment it is no mark", () => {
  expect(linesWith("# baton-doctor-ignore everything\nport 1\n").notes).toEqual([
    '1: baton-doctor-ignore names no rule, as in "baton-doctor-ignore SEN005: reason"',
  ]);
  expect(linesWith("dir baton-doctor-ignore\nport 1\n").notes).toEqual([]);
});
