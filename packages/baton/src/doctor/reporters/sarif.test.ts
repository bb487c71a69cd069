import { expect, test } from "vitest";
import { z } from "zod";
import { finding, fixtureRules, liveFinding, report, tricky, trickyFinding } from "./report.fixture.ts";
import { sarif } from "./sarif.ts";

const message = z.strictObject({ text: z.string().min(1) });
const level = z.enum(["none", "note", "warning", "error"]);
/** What of SARIF 2.1.0 is written here, with its required keys and bounds. */
const log = z.strictObject({
  $schema: z.url(),
  version: z.literal("2.1.0"),
  runs: z.array(
    z.strictObject({
      tool: z.strictObject({
        driver: z.strictObject({
          name: z.string().min(1),
          semanticVersion: z.string().regex(/^\d+\.\d+\.\d+$/),
          rules: z.array(
            z.strictObject({
              id: z.string().min(1),
              shortDescription: message,
              fullDescription: message,
              help: message,
              defaultConfiguration: z.strictObject({ level }),
            }),
          ),
        }),
      }),
      columnKind: z.enum(["utf16CodeUnits", "unicodeCodePoints"]),
      invocations: z.array(
        z.strictObject({
          executionSuccessful: z.boolean(),
          toolExecutionNotifications: z.array(z.strictObject({ level, message })),
        }),
      ),
      results: z.array(
        z.strictObject({
          ruleId: z.string(),
          ruleIndex: z.int().min(0),
          level,
          message,
          locations: z.array(
            z.union([
              z.strictObject({
                physicalLocation: z.strictObject({
                  artifactLocation: z.strictObject({ uri: z.string().regex(/^[\w!'()*.~%/:-]+$/) }),
                  region: z.strictObject({ startLine: z.int().min(1), startColumn: z.int().min(1) }),
                }),
              }),
              z.strictObject({
                logicalLocations: z.array(
                  z.strictObject({ fullyQualifiedName: z.string(), kind: z.string() }),
                ),
              }),
            ]),
          ),
          partialFingerprints: z.record(z.string(), z.string()),
        }),
      ),
    }),
  ),
});

const runOf = (given: Parameters<typeof report>[0]) => {
  const options = { colour: true, columns: 80, isVerbose: false };
  return log.parse(JSON.parse(sarif.render(report(given), options))).runs[0] ?? expect.fail("no run");
};

test("has the shape of SARIF 2.1.0, for whatever a file holds", () => {
  expect(runOf(tricky).results).toHaveLength(2);
  expect(runOf({}).results).toEqual([]);
});

test("leads from each result to its rule, its level and its place", () => {
  const { results, tool } = runOf({ findings: [finding({ rule: "SEN001" }), liveFinding] });
  expect(tool.driver.rules.map(({ id }) => id)).toEqual(fixtureRules.map(({ id }) => id));
  expect(results).toMatchObject([
    {
      ruleId: "SEN001",
      ruleIndex: 1,
      level: "error",
      locations: [
        {
          physicalLocation: {
            artifactLocation: { uri: "h1/sentinel.conf" },
            region: { startLine: 3, startColumn: 1 },
          },
        },
      ],
    },
    { level: "note", locations: [{ logicalLocations: [{ fullyQualifiedName: "10.0.0.1:6379" }] }] },
  ]);
});

test("writes paths as references of a URI", () => {
  const place = { ...trickyFinding.place, file: "/etc/a b#%.conf" };
  const [result] = runOf({ findings: [{ ...trickyFinding, place }] }).results;
  expect(JSON.stringify(result)).toContain('"file:///etc/a%20b%23%25.conf"');
});

test("has not succeeded when not all was seen", () => {
  const [invocation] = runOf({ incomplete: ["x is binary"] }).invocations;
  expect(invocation).toEqual({
    executionSuccessful: false,
    toolExecutionNotifications: [{ level: "warning", message: { text: "x is binary" } }],
  });
});
