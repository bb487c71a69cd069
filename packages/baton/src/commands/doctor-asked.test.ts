import { expect, test } from "vitest";
import { fixtureRules } from "../doctor/reporters/report.fixture.ts";
import { policyAsked, ruleAsked, rulesAsked } from "./doctor-asked.ts";

const usage = (message: string) => expect.objectContaining({ code: "USAGE", message }) as Error;

test("takes rules whatever their case, with commas or blanks, in the order of the table", () => {
  expect(rulesAsked(undefined, fixtureRules)).toEqual(fixtureRules);
  const asked = rulesAsked("sen005, RED003,red003", fixtureRules);
  expect(asked.map(({ id }) => id)).toEqual(["RED003", "SEN005"]);
});

test("refuses a rule that there is not, and names the nearest", () => {
  expect(() => ruleAsked("SEN0O1", fixtureRules)).toThrow(
    usage('there is no rule "SEN0O1"; the nearest is SEN001'),
  );
  expect(() => rulesAsked("SEN001,nonsense", fixtureRules)).toThrow(
    usage('there is no rule "nonsense"'),
  );
});

test("takes objectives as durations, and refuses what is none", () => {
  expect(policyAsked({})).toEqual({});
  expect(policyAsked({ rto: "1500ms", rpo: "2m" })).toEqual({ rtoMs: 1_500, rpoMs: 120_000 });
  expect(() => policyAsked({ rpo: "5" })).toThrow(
    usage('--rpo "5" is no duration; as in 500ms, 5s or 2m'),
  );
});
