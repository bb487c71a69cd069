import { describe, expect, test } from "vitest";
import { finding, liveFinding, report, tricky, trickyFinding } from "./report.fixture.ts";
import { reporters } from "./index.ts";
import type { Reporter, ReportOptions } from "./reporter.ts";

const plain: ReportOptions = { colour: false, columns: 100, isVerbose: true };

function rendered(id: string, given: Parameters<typeof report>[0], options = plain): string {
  return byId(id).render(report(given), options);
}

function byId(id: string): Reporter {
  return reporters.find((reporter) => reporter.id === id) ?? expect.fail(`no reporter ${id}`);
}

test("the reporters are listed alphabetically, each with a summary", () => {
  const ids = reporters.map(({ id }) => id);
  expect(ids).toEqual([...ids].sort());
  for (const { summary } of reporters) expect(summary.length).toBeGreaterThan(5);
});

describe.each(reporters)("the reporter $id", (reporter) => {
  test("lets no character through that a terminal obeys or that hides others", () => {
    const text = reporter.render(tricky, plain);
    expect(text.replaceAll("\n", "")).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u);
    expect(text).toContain("SEN001");
    expect(text).toMatch(/10\.0\.0\.1(:|%3A)6379/);
  });

  test("says what was not read of all that was given", () => {
    const text = reporter.render(report({ incomplete: ["app.js is larger than 1 MB"] }), plain);
    expect(text).toContain("app.js is larger than 1 MB");
  });

  test("says the same for the same report", () => {
    expect(reporter.render(tricky, plain)).toBe(reporter.render(tricky, plain));
  });

  test("takes ten thousand findings of one rule", () => {
    const findings = Array.from({ length: 10_000 }, (_, line) =>
      finding({ rule: "SEN001", place: { file: "a.conf", line: line + 1, column: 1 } }),
    );
    expect(reporter.render(report({ findings }), plain)).toContain("10000");
  });
});

describe("json", () => {
  test("holds exactly what scripts rely on", () => {
    const { findings, checked } = JSON.parse(rendered("json", { findings: [liveFinding] }));
    expect(findings).toEqual([
      {
        rule: "RED003",
        severity: "info",
        file: "10.0.0.1:6379",
        line: 0,
        column: 0,
        message: "It answers everybody.",
        why: "Sentinel does RED003 then.",
        fix: "Undo RED003.",
      },
    ]);
    expect(checked).toMatchObject({
      files: 3,
      redis: 2,
      sentinels: 1,
      groups: 1,
      rules: 3,
      skipped: [],
    });
  });

  test("gives text back as it was, however odd", () => {
    const [found] = JSON.parse(rendered("json", { findings: [trickyFinding] })).findings;
    expect(found).toMatchObject({ file: trickyFinding.place.file, message: trickyFinding.message });
  });
});

describe("text", () => {
  test("groups by rule, worst first, and says why, what to do and where to read on", () => {
    const at = (line: number) => ({ file: "h1/sentinel.conf", line, column: 1 });
    const findings = [
      finding({ rule: "SEN005", place: at(1), message: "There are 2 Sentinels." }),
      finding({ rule: "SEN001", place: at(3) }),
      finding({ rule: "SEN001", place: at(7) }),
    ];
    expect(rendered("text", { findings }).split("\n")).toEqual([
      "error  SEN001  quorum too high",
      "  h1/sentinel.conf:3:1  The quorum is 4, and at most 3 is expected.",
      "  h1/sentinel.conf:7:1  The quorum is 4, and at most 3 is expected.",
      "  why  Sentinel does SEN001 then.",
      "  fix  Undo SEN001.",
      "       baton doctor --explain SEN001",
      "",
      "warning  SEN005  an even number",
      "  h1/sentinel.conf:1:1  There are 2 Sentinels.",
      "  why  Sentinel does SEN005 then.",
      "  fix  Undo SEN005.",
      "       baton doctor --explain SEN005",
      "",
      "2 errors and 1 warning in 3 files (2 Redis nodes, 1 Sentinel, 1 group) by 3 rules",
    ]);
  });

  test("gives each place its own fix where they differ", () => {
    const findings = [
      finding({ rule: "SEN001", fix: "Say 2." }),
      finding({ rule: "SEN001", fix: "Say 3." }),
    ];
    const text = rendered("text", { findings });
    expect(text).toContain("    fix  Say 2.\n");
    expect(text).toContain("    fix  Say 3.\n");
  });

  test("keeps within the terminal, and is coloured only there", () => {
    const findings = [finding({ rule: "SEN001", message: "many words ".repeat(40) })];
    const text = rendered("text", { findings }, { ...plain, columns: 70 });
    for (const line of text.split("\n").slice(0, -1)) expect(line.length).toBeLessThanOrEqual(70);
    expect(rendered("text", { findings }, { ...plain, colour: true })).toContain("\u001b[31merror");
  });

  test("says what was hidden, and how to see it", () => {
    const place = (line: number) => ({ file: "a.conf", line, column: 1 });
    const findings = Array.from({ length: 25 }, (_, index) =>
      finding({ rule: "SEN001", place: place(index + 1) }),
    );
    const skipped = Array.from({ length: 7 }, (_, index) => ({ file: `${index}`, reason: "is binary" }));
    const checked = { ...report().checked, skipped, suppressed: 2 };
    const needs = [{ rule: "SEN005", needs: "the version" }];
    const text = rendered(
      "text",
      { findings, checked, needs, milder: 3, known: 1 },
      { ...plain, isVerbose: false },
    );
    for (const line of [
      "  and 5 more places: --verbose",
      "not read: 2 more files: --verbose",
      "1 rule would need to know more: --verbose",
      "3 findings of less severity: --severity info",
      "2 findings suppressed by comments",
      "1 finding known to the baseline",
    ]) {
      expect(text.split("\n")).toContain(line);
    }
    expect(rendered("text", { findings, checked, needs })).toContain("  SEN005  the version");
  });

  test("says so when nothing is found", () => {
    expect(rendered("text", {})).toBe(
      "nothing found in 3 files (2 Redis nodes, 1 Sentinel, 1 group) by 3 rules",
    );
  });
});

describe("github", () => {
  test("writes one command a finding, which nothing in it can end early", () => {
    const lines = rendered("github", {
      findings: [finding({ rule: "SEN001" }), trickyFinding, liveFinding],
    });
    const [first, odd, live] = lines.split("\n");
    expect(first).toBe(
      "::error file=h1/sentinel.conf,line=3,col=1,title=SEN001::" +
        "The quorum is 4, and at most 3 is expected. Fix: Undo SEN001.",
    );
    expect(odd).toMatch(/^::error file=[^:,]*,line=2,col=5,title=SEN001::/);
    expect(odd).toContain("odd%2C name%3A");
    expect(odd).toContain("%250A");
    expect(live).toBe("::notice title=RED003 10.0.0.1%3A6379::It answers everybody. Fix: Undo RED003.");
  });

  test("writes nothing when there is nothing, and warns when not all was seen", () => {
    expect(rendered("github", {})).toBe("");
    expect(rendered("github", { incomplete: ["x is binary"] })).toBe(
      "::warning title=baton doctor::x is binary",
    );
  });
});

describe("junit", () => {
  test("fails a case for each finding, and passes one for each rule without", () => {
    const text = rendered("junit", {
      findings: [finding({ rule: "SEN001" }), finding({ rule: "SEN001" })],
    });
    expect(text).toContain('<testsuites tests="4" failures="2" errors="0">');
    expect([...text.matchAll(/<failure /g)]).toHaveLength(2);
    expect(text).toContain('<testcase classname="baton doctor" name="SEN005 an even number"/>');
  });

  test("escapes whatever could end an element or an attribute", () => {
    const text = rendered("junit", { findings: [trickyFinding], incomplete: ["</system-err>"] });
    expect([...text.matchAll(/<\/failure>/g)]).toHaveLength(1);
    expect(text).toContain("&lt;/failure&gt;&amp;&quot;&apos;");
    expect(text).toContain("<system-err>&lt;/system-err&gt;</system-err>");
  });
});
