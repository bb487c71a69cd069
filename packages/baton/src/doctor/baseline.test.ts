import { expect, test } from "vitest";
import { baselineText, compareWith, fingerprintOf } from "./baseline.ts";
import { parseBaseline } from "./baseline-file.ts";
import type { Finding } from "./finding.ts";
import { finding } from "./reporters/report.fixture.ts";

const nameOf = ({ file }: Finding["place"]): string => file;
const at = (line: number, file = "h1/sentinel.conf") => ({ file, line, column: 1 });
const roundTrip = (findings: readonly Finding[]) =>
  parseBaseline(baselineText(findings, nameOf)) ?? expect.fail("no baseline");

test("a finding is the same when its line, or a line that it names, has moved", () => {
  const before = finding({
    rule: "SEN001",
    place: at(3),
    message: "As line 7 and h2/redis.conf:12:1 say.",
  });
  const after = finding({
    rule: "SEN001",
    place: at(9),
    message: "As line 8 and h2/redis.conf:99:5 say.",
  });
  expect(fingerprintOf(after)).toBe(fingerprintOf(before));
});

test("a finding is another one for another rule, file, figure, address or port", () => {
  const message = "The quorum of 10.0.0.1:6379 is 4.";
  const one = fingerprintOf(finding({ rule: "SEN001", message }));
  const others = [
    finding({ rule: "SEN005", message }),
    finding({ rule: "SEN001", message, place: at(3, "h2/sentinel.conf") }),
    finding({ rule: "SEN001", message: message.replace("is 4", "is 5") }),
    finding({ rule: "SEN001", message: message.replace("0.1:", "0.2:") }),
    finding({ rule: "SEN001", message: message.replace("6379", "6380") }),
  ].map((other) => fingerprintOf(other));
  expect(new Set([one, ...others]).size).toBe(6);
});

test("what the baseline holds is known, the rest is fresh, and what is gone is stale", () => {
  const [a, b, c] = [1, 2, 3].map((quorum) => finding({ rule: "SEN001", message: `It is ${quorum}.` }));
  if (a === undefined || b === undefined || c === undefined) throw new Error("three findings");
  const compared = compareWith(roundTrip([a, b]), [b, c], nameOf);
  expect(compared).toMatchObject({ fresh: [c], known: 1, stale: [{ message: "It is 1." }] });
});

test("one entry covers one finding", () => {
  const twice = [finding({ rule: "SEN001", place: at(3) }), finding({ rule: "SEN001", place: at(8) })];
  expect(compareWith(roundTrip(twice.slice(1)), twice, nameOf)).toMatchObject({ known: 1, stale: [] });
  expect(compareWith(roundTrip(twice), twice, nameOf)).toMatchObject({ fresh: [], known: 2 });
});

test("the file is the same whatever the order of the findings", () => {
  const findings = [finding({ rule: "SEN005" }), finding({ rule: "SEN001" })];
  expect(baselineText(findings, nameOf)).toBe(baselineText(findings.toReversed(), nameOf));
});

test("what is no baseline is not taken for one", () => {
  for (const text of ["", "{}", "[]", '{"version":2,"findings":[]}', '{"version":1,"findings":[{}]}'])
    expect(parseBaseline(text)).toBeUndefined();
});
