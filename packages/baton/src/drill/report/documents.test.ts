// Promises of the reports that leave Baton as documents: as in the golden files, red where CI has to be
// red, and text from outside is text.
import { expect, test } from "vitest";
import { evidenceFixture, usualFixture } from "./evidence.fixture.ts";
import { expectGolden } from "./golden.fixture.ts";
import { renderJunit } from "./junit.ts";
import { renderMarkdown } from "./markdown.ts";
import type { DrillEvidence } from "../types.ts";

const stories = ["held", "broken", "unknown"] as const;
const evidence = evidenceFixture();
const suiteOf = (xml: string): string => /<testsuite [^>]*>/u.exec(xml)?.[0] ?? "";

test.each(stories)("reports a drill that is %s as in the golden files", (story) => {
  const told = evidenceFixture({ ...usualFixture, story });
  expectGolden(`${story}.md`, renderMarkdown(told));
  expectGolden(`${story}.junit.xml`, renderJunit([told.result]));
});

test("a broken promise is a failure, one that nobody could measure an error, and a kept one passes", () => {
  const { result } = evidence;
  const [one] = result.promises;
  const as = (verdict: "held" | "broken" | "unknown") => ({
    ...result,
    promises: [{ promise: "rto", sentence: one?.sentence ?? "", verdict }],
  });
  expect(suiteOf(renderJunit([as("held")]))).toContain('tests="1" failures="0" errors="0"');
  expect(suiteOf(renderJunit([as("broken")]))).toContain('tests="1" failures="1" errors="0"');
  expect(renderJunit([as("broken")])).toContain('<failure type="broken"');
  expect(suiteOf(renderJunit([as("unknown")]))).toContain('tests="1" failures="0" errors="1"');
  expect(renderJunit([as("unknown")])).toContain('<error type="unknown"');
  const nothing = renderJunit([{ ...result, promises: [] }]);
  expect(suiteOf(nothing)).toContain('tests="1" failures="0" errors="1"');
});

test("many drills are many suites, and one that could not take place is an error", () => {
  const { result } = evidence;
  const without = [{ fault: "switchover", run: 2, code: "UNABLE", message: "no <wires>" }];
  const xml = renderJunit([result, { ...result, fault: "freeze-primary" }], without);
  expect(xml.match(/<testsuite /gu)).toHaveLength(3);
  expect(xml).toMatch(/<testsuites name="baton drill" tests="7" failures="0" errors="1"/u);
  expect(xml).toContain('<error type="UNABLE" message="UNABLE no &lt;wires&gt;">');
  expect(xml).toContain('classname="baton.drill.freeze-primary"');
});

test("the figures stand in properties, and an objective that promises nothing says so", () => {
  const xml = renderJunit([evidence.result]);
  expect(xml).toContain('<property name="rto.objective_ms" value="3000"/>');
  expect(xml).toContain(`<property name="rto.measured_ms" value="${evidence.result.rto.measuredMs}"/>`);
  const never = { ...evidence.result, rto: { ...evidence.result.rto, measuredMs: null } };
  expect(renderJunit([never])).toContain('<property name="rto.measured_ms" value="never"/>');
});

const BAD =
  "]]></testcase><script>alert(1)</script>\u0000\u0008\u001B[31m\uFFFE\uD800\u202E\"'& | `x` **y** @all";

function hostile({ result, ledger, lost }: DrillEvidence): DrillEvidence {
  const clients = result.clients.map((client, index) => ({
    ...client,
    id: `${BAD}${index}`,
    kind: BAD,
    complaint: BAD,
  }));
  const timeline = result.timeline.map((entry) => ({ ...entry, event: BAD, who: BAD, detail: BAD }));
  const promises = [{ promise: BAD, verdict: "broken" as const, sentence: BAD }];
  const timings = [{ name: BAD, value: 1, reason: BAD, origin: "set" as const }];
  const hosts = [{ name: BAD, zone: BAD, address: BAD, runs: [BAD] }];
  const cluster = { ...result.cluster, name: BAD, group: BAD, versions: { [BAD]: BAD }, timings, hosts };
  const texts = { fault: BAD, startedAt: BAD, promises, clients, timeline, cluster };
  const failing = ledger.map((entry) => ({
    ...entry,
    outcome: { kind: "failed" as const, error: BAD },
  }));
  return { result: { ...result, ...texts }, ledger: failing, lost };
}

test("XML stays well-formed: nothing from outside opens or closes an element, or is no character", () => {
  const { result } = hostile(evidence);
  const xml = renderJunit([result], [{ fault: BAD, run: 1, code: "UNABLE", message: BAD }]);
  const names = [...xml.matchAll(/<\/?([a-z-]+)/gu)].map(([, name]) => name);
  const known = "error failure properties property system-out testcase testsuite testsuites".split(" ");
  expect(new Set(names)).toEqual(new Set(known));
  expect(xml).not.toMatch(/[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD]/u);
  expect(xml).not.toMatch(/&(?!(?:amp|lt|gt|quot|apos);)/u);
});

test("Markdown stays a table of so many columns, and nobody is mentioned", () => {
  const text = renderMarkdown(hostile(evidence));
  expect(text).not.toMatch(/<script|[^&]@all/u);
  for (const control of ["\u0000", "\u001B", "\u202E"]) expect(text).not.toContain(control);
  const rows = text.split("\n").filter((line) => line.startsWith("| "));
  const columns = new Set(rows.map((row) => row.replaceAll(String.raw`\|`, "").split("|").length - 2));
  expect(columns).toEqual(new Set([3, 4, 7]));
});

test("a drill with thousands of clients and events is still a document", () => {
  const [client] = evidence.result.clients;
  const clients = Array.from({ length: 2000 }, (_, index) => ({ ...client, id: `c${index}` }));
  const timeline = Array.from({ length: 5000 }, (_, atMs) => ({
    atMs,
    event: "route",
    who: "router",
    detail: "x".repeat(5000),
  }));
  const result = { ...evidence.result, clients, timeline } as typeof evidence.result;
  const text = renderMarkdown({ ...evidence, result });
  expect(text.length).toBeLessThan(60_000);
  expect(text).toContain("And 1940 more clients, in `result.json`.");
  expect(text).toContain("And 4920 more events, in `result.json`.");
});
