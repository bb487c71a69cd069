import { describe, expect, test } from "vitest";
import { diffLines } from "./edit-diff.ts";
import { type EditPlan, planEdits } from "./edit-plan.ts";
import type { Edit, Finding } from "./finding.ts";

const edit = (
  line: number,
  column: number,
  length: number,
  text: string,
  file = "redis.conf",
): Edit => ({
  place: { file, line, column },
  length,
  text,
});

function finding(rule: string, ...edits: readonly Edit[]): Finding {
  const place = edits[0]?.place ?? { file: "redis.conf", line: 1, column: 1 };
  return { rule, place, edits, message: "", severity: "error", why: "", fix: "" };
}

function plan(
  text: string,
  findings: readonly Finding[],
  obstacle?: (path: string) => string | undefined,
): EditPlan {
  return planEdits(findings, [{ path: "redis.conf", text }], obstacle ?? (() => undefined));
}

const after = ({ files }: EditPlan): string | undefined => files[0]?.after;
const diff = ({ files }: EditPlan): readonly string[] => files.flatMap(diffLines);

const text = "# ours\nport 6379\nappendfsync no # not ours\ntcp-keepalive 0\n";

test("changes nothing but the words, and keeps comments, blanks, order and the end of the file", () => {
  const spaced = "  # ours\n\n\treplica-read-only   no  \nport 6379";
  const changed = plan(spaced, [finding("RED013", edit(3, 22, 2, "yes"))]);
  expect(after(changed)).toBe("  # ours\n\n\treplica-read-only   yes  \nport 6379");
});

test("a line that is inserted ends as those around it, and may be the first one", () => {
  const unit = "[Service]\r\nType=notify\r\n";
  const changed = plan(unit, [finding("SYS003", edit(1, 1, 0, "# new\n"))]);
  expect(after(changed)).toBe("# new\r\n[Service]\r\nType=notify\r\n");
  expect(diff(changed).slice(2)).toEqual([
    "@@ -1,2 +1,3 @@ SYS003",
    "+# new",
    " [Service]",
    " Type=notify",
  ]);
});

describe("of two findings that change one line", () => {
  const first = finding("RED034", edit(3, 13, 2, "everysec"));
  const other = edit(3, 13, 2, "always");

  test("the worse one, which comes first, gets it, and the other one waits for another run", () => {
    const second = finding("RED042", other);
    const { deferred, fixed, ...rest } = plan(text, [first, second]);
    expect([fixed, deferred]).toEqual([[first], [second]]);
    expect(rest.files[0]?.after).toBe(text.replace("appendfsync no", "appendfsync everysec"));
  });

  test("the other one is not done by half", () => {
    const second = finding("RED042", edit(4, 15, 1, "300"), other);
    const changed = plan(text, [first, second]);
    expect(changed.deferred).toEqual([second]);
    expect(after(changed)).toContain("tcp-keepalive 0");
  });

  test("both are done where they want the same, and the diff names both", () => {
    const changed = plan(text, [first, finding("RED099", edit(3, 13, 2, "everysec"))]);
    expect(changed.deferred).toEqual([]);
    expect(diff(changed)).toContain("@@ -1,4 +1,4 @@ RED034, RED099");
  });
});

test("a finding that changes one line twice is not done by half", () => {
  const twice = finding("RED001", edit(2, 1, 4, "Port"), edit(2, 6, 4, "6380"));
  const again = finding("RED002", edit(3, 13, 2, "always"), edit(3, 13, 2, "always"));
  const changed = plan(text, [twice, again]);
  expect([changed.deferred, changed.fixed]).toEqual([[twice], [again]]);
  expect(after(changed)).toBe(text.replace("appendfsync no", "appendfsync always"));
});

test("keeps its hands off templates, playbooks, and files that are not there or must not be changed", () => {
  const files = [
    { path: "redis.conf.j2", text: "port 6379\nreplica-read-only no\n" },
    { path: "filled/redis.conf", text: "port {{ port }}\nreplica-read-only no\n" },
    { path: "compose.yml", text: "services:\n  redis:\n    image: redis:7\n" },
    { path: "redis.conf", text: "replica-read-only no\n" },
  ];
  const places = [...files.map(({ path }) => path), "cluster.yml/h1/redis.conf"];
  const findings = places.map((file) => finding("RED013", edit(1, 1, 0, "x", file)));
  const changed = planEdits(findings, files, (path) =>
    path === "redis.conf" ? "is read-only" : undefined,
  );
  expect(changed.files).toEqual([]);
  expect(changed.kept.map(({ path, reason }) => `${path} ${reason}`)).toEqual([
    "redis.conf.j2 is a template",
    "filled/redis.conf is a template",
    "compose.yml is no configuration file itself",
    "redis.conf is read-only",
    "cluster.yml/h1/redis.conf is no file on this disk",
  ]);
});

describe("the diff", () => {
  const lines = Array.from({ length: 30 }, (_, index) => `line ${index + 1}`);
  const many = `${lines.join("\n")}\n`;

  test("shows three lines around a change, and what follows later by its new numbers", () => {
    const changed = plan(many, [
      finding("RED001", edit(2, 1, 0, "new\n")),
      finding("RED002", edit(8, 1, 4, "LINE")),
      finding("RED003", edit(20, 1, 4, "LINE")),
    ]);
    const heads = diff(changed).filter((line) => line.startsWith("@@"));
    expect(heads).toEqual(["@@ -1,11 +1,12 @@ RED001, RED002", "@@ -17,7 +18,7 @@ RED003"]);
    expect(diff(changed).slice(0, 3)).toEqual(["--- redis.conf", "+++ redis.conf", heads[0]]);
    expect(diff(changed).slice(-8, -3)).toEqual([
      " line 17",
      " line 18",
      " line 19",
      "-line 20",
      "+LINE 20",
    ]);
  });

  test("never shows a password, in the line or around it", () => {
    const secret = "tulip-garden";
    const secrets = [
      `requirepass ${secret}`,
      `#masterauth "${secret}"`,
      `sentinel auth-pass main ${secret}`,
      `sentinel sentinel-pass ${secret}`,
      `user app on >${secret} #${secret} +@all`,
      `Environment=REDIS_PASSWORD=${secret} A=1`,
      `ExecStart=/usr/bin/redis-server --requirepass ${secret} --port 1`,
      `Environment="REDIS_AUTH=two ${secret}" B=2`,
      `ExecStop=/usr/bin/redis-cli -a ${secret} shutdown`,
      `Environment=REDIS_URL=redis://app:${secret}@10.0.0.1:6379/0`,
      `ExecStartPost=/usr/bin/redis-cli -u redis://:${secret}@10.0.0.1 ping`,
    ];
    for (const line of secrets) {
      const changed = plan(`${line}\nport 1\n`, [finding("RED001", edit(2, 6, 1, "2"))]);
      expect(diff(changed).join("\n"), line).not.toContain(secret);
      expect(after(changed)).toContain(line);
    }
    const mistyped = `sentinel auht-pas main ${secret}\n`;
    const corrected = plan(mistyped, [finding("SEN022", edit(1, 10, 8, "auth-pass"))]);
    expect(diff(corrected).slice(3)).toEqual([
      "-sentinel auht-pas main ***",
      "+sentinel auth-pass main ***",
    ]);
  });

  test("never sends a terminal what it would obey", () => {
    const changed = plan("# \u001b[2J\u009b\nport 1\n", [finding("RED001", edit(2, 6, 1, "2"))]);
    expect(diff(changed).join("")).not.toMatch(/[\p{Cc}\p{Cf}]/u);
  });
});
