// Promises of the report for a terminal: the verdict last, aligned, safe with hostile text, bounded.
import { stripVTControlCharacters } from "node:util";
import { expect, test } from "vitest";
import type { DrillEvidence } from "../types.ts";
import { evidenceFixture, usualFixture } from "./evidence.fixture.ts";
import { expectGolden } from "./golden.fixture.ts";
import { renderTerminal } from "./terminal.ts";

const stories = ["held", "broken", "unknown"] as const;
const evidence = evidenceFixture();

test.each(stories)("reports a drill that is %s as in the golden files, wide and narrow", (story) => {
  const told = evidenceFixture({ ...usualFixture, story });
  expectGolden(`${story}-100.txt`, renderTerminal(told, { columns: 100, colour: false }).join("\n"));
  expectGolden(`${story}-60.txt`, renderTerminal(told, { columns: 60, colour: false }).join("\n"));
});

test("ends with both figures and the verdict, each on a line of its own where there is room", () => {
  const lines = renderTerminal(evidence, { columns: 100, colour: false });
  expect(lines.slice(-3)).toEqual([
    "RTO  2.25 s  (objective 3.0 s; ioredis with Sentinel in the same run: 3.45 s)",
    "RPO  0 of 4901 acknowledged writes lost (objective: at most the last 5s)",
    "verdict: held",
  ]);
});

test("colours change nothing but colours", () => {
  const plain = renderTerminal(evidence, { columns: 90, colour: false });
  const coloured = renderTerminal(evidence, { columns: 90, colour: true });
  expect(coloured.join("\n")).toContain("\u001B[32mverdict: held");
  expect(coloured.map((line) => stripVTControlCharacters(line))).toEqual(plain);
});

test("no line is longer than the terminal, and a terminal narrower than 60 is treated as 60", () => {
  const all = stories.map(told);
  for (const columns of [60, 61, 72, 80, 100, 133, 200]) {
    for (const line of all.flatMap((one) => renderTerminal(one, { columns, colour: false }))) {
      expect(line.length).toBeLessThanOrEqual(columns);
    }
  }
  const narrow = renderTerminal(evidence, { columns: 20, colour: false });
  expect(narrow).toEqual(renderTerminal(evidence, { columns: 60, colour: false }));
});

function told(story: (typeof stories)[number]): DrillEvidence {
  return hostile(evidenceFixture({ ...usualFixture, story, clientsPerKind: 24 }));
}

/** Names and messages as an attacker, or a bad day, would choose them. */
function hostile({ result, ...rest }: DrillEvidence): DrillEvidence {
  const bad = `\u001B[2J\u001B]0;owned\u0007\r\n${"東京 ".repeat(40)}\u202E`;
  const clients = result.clients.map((client, index) =>
    index % 3 === 0 ? { ...client, id: `${bad}${index}`, errors: { [bad]: 3, [`${bad}2`]: 1 } } : client,
  );
  const timeline = [...result.timeline, { atMs: 4444, event: bad, who: bad, detail: bad }];
  const cluster = { ...result.cluster, name: bad, group: bad, versions: { [bad]: bad } };
  return { ...rest, result: { ...result, clients, timeline, cluster, reasons: [bad, bad.repeat(30)] } };
}

test("text from outside cannot drive the terminal", () => {
  const lines = renderTerminal(hostile(evidence), { columns: 80, colour: false });
  // oxlint-disable-next-line no-control-regex -- these are what must not be there
  expect(lines.filter((line) => /[\u0000-\u001F\u007F-\u009F\u202E]/u.test(line))).toEqual([]);
});

test("a drill with hundreds of clients and events still fits on some screens", () => {
  const timeline = Array.from({ length: 5000 }, (_, atMs) => ({
    atMs,
    event: "route",
    who: "router",
    detail: "flip",
  }));
  const many = evidenceFixture({ ...usualFixture, clientsPerKind: 100, pauseMs: 200 });
  const lines = renderTerminal(
    { ...many, result: { ...many.result, timeline } },
    { columns: 80, colour: false },
  );
  expect(lines.length).toBeLessThan(140);
  expect(lines).toContain("  and 4940 more events");
  expect(lines).toContain("  and 80 more clients");
});
