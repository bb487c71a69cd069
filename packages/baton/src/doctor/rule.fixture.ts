// Puts one rule to the test: what it finds, what it lets pass, and that it keeps the house's promises.
import { beforeAll, describe, expect, test } from "vitest";
import type { Facts, LiveRedis, LiveSentinel, Policy } from "./facts.ts";
import type { EventStream } from "./facts-events.ts";
import type { Draft, Need } from "./finding.ts";
import { SEVERITIES } from "./finding.ts";
import type { Layout } from "../cluster/types.ts";
import { factsFrom } from "./join.ts";
import { readersFor } from "./readers.ts";
import type { ExampleFiles, Rule } from "./rule.ts";
import type { Sources } from "./sources.ts";

export interface RuleCase {
  /** The name of the test, as the end of "finds ..." or "says nothing about ...". */
  readonly about: string;
  readonly files?: ExampleFiles;
  readonly live?: {
    readonly redis?: readonly LiveRedis[];
    readonly sentinels?: readonly LiveSentinel[];
    readonly heard?: readonly EventStream[];
  };
  readonly layout?: Layout;
  readonly policy?: Policy;
}

export interface FindCase extends RuleCase {
  /** Where, as "h1/sentinel.conf:3" or "10.0.0.1:6379:0"; all of them, in any order. */
  readonly at?: readonly string[];
  /** In at least one message. */
  readonly says?: string | RegExp;
  readonly severity?: Draft["severity"];
  /** What all edits of all findings write, in any order; empty where no fix is certain. */
  readonly edits?: readonly string[];
}

export interface RuleCases {
  readonly finds?: readonly FindCase[];
  /** Says nothing of it; needs are allowed. */
  readonly passes?: readonly RuleCase[];
}

/** One test for each example and case, and one for the rule's own texts. */
export function testRule(rule: Rule, cases: RuleCases = {}): void {
  const { bad, good } = rule;
  describe(`${rule.id}: ${rule.title}`, () => {
    const all = [bad ?? {}, good ?? {}, ...(cases.finds ?? []), ...(cases.passes ?? [])];
    beforeAll(() => loadFor(all));
    test("is complete, and names nothing of the workshop", () => {
      checkTexts(rule);
      const hasExample = bad !== undefined && good !== undefined;
      expect(hasExample || !rule.sees.includes("static"), "needs bad and good examples").toBe(true);
      expect(hasExample || (cases.finds ?? []).length > 0, "needs a case that it finds").toBe(true);
    });
    if (bad !== undefined) test("finds its bad example", () => checkFinds(rule, bad));
    if (good !== undefined) test("says nothing about its good example", () => checkPasses(rule, good));
    test.each([...(cases.finds ?? [])])("finds $about", (one) => checkFinds(rule, one));
    test.each([...(cases.passes ?? [])])("says nothing about $about", (one) => checkPasses(rule, one));
  });
}

/** Loaded before the tests of a rule whose cases hold code. */
let readers: Awaited<ReturnType<typeof readersFor>> | undefined;

async function loadFor(all: readonly Partial<RuleCase>[]): Promise<void> {
  readers = await readersFor(all.flatMap((one) => sourcesOf(one).files));
}

/** As `diagnose` would see them; for tests of shared logic. */
export function factsOf(given: Partial<RuleCase>): Facts {
  return factsFrom(sourcesOf(given));
}

function sourcesOf({ files = {}, live, layout, policy }: Partial<RuleCase>): Sources {
  return {
    files: Object.entries(files).map(([path, text]) => ({ path, text })),
    ...(live && { live: { redis: [], sentinels: [], ...live } }),
    ...(layout && { layout }),
    ...(policy && { policy }),
    ...readers,
  };
}

function checkFinds(rule: Rule, given: FindCase): void {
  const facts = factsOf(given);
  const drafts = [...rule.check(facts)].filter(isDraft);
  expect(drafts.length, "findings").toBeGreaterThan(0);
  for (const draft of drafts) checkDraft(rule, draft, given, facts);
  const { at, says, severity, edits } = given;
  const places = drafts.map(({ place }) => `${place.file}:${String(place.line)}`);
  if (at !== undefined) expect(places.sort()).toEqual([...at].sort());
  const messages = drafts.map(({ message }) => message).join("\n");
  if (says !== undefined) expect(messages).toMatch(says);
  const written = drafts.flatMap((draft) => (draft.edits ?? []).map(({ text }) => text));
  if (edits !== undefined) expect(written.sort()).toEqual([...edits].sort());
  if (severity === undefined) return;
  expect(drafts.map((draft) => draft.severity ?? rule.severity)).toContain(severity);
}

function checkPasses(rule: Rule, given: RuleCase): void {
  const drafts = [...rule.check(factsOf(given))].filter(isDraft);
  expect(drafts.map(({ place, message }) => `${place.file}:${String(place.line)} ${message}`)).toEqual(
    [],
  );
}

function checkDraft(rule: Rule, draft: Draft, given: RuleCase, facts: Facts): void {
  const { place, message, fix = "", severity = rule.severity } = draft;
  expect(SEVERITIES.indexOf(severity), "worse than its rule").toBeGreaterThanOrEqual(
    SEVERITIES.indexOf(rule.severity),
  );
  const lines = given.files?.[place.file]?.split("\n");
  if (lines === undefined) expect(place, "is no file of the case").toMatchObject({ line: 0, column: 0 });
  else {
    expect(place.line).toBeGreaterThanOrEqual(1);
    expect(place.line, "past the end of the file").toBeLessThanOrEqual(lines.length);
    const length = lines[place.line - 1]?.length ?? 0;
    expect(place.column, "past the end of the line").toBeLessThanOrEqual(length + 1);
  }
  expect(message, "a plain sentence").not.toMatch(/\n|undefined|\[object|NaN/);
  for (const secret of secretsOf(facts)) expect(`${message} ${fix}`).not.toContain(secret);
}

function checkTexts(rule: Rule): void {
  expect(rule.id).toMatch(/^[A-Z]{2,3}\d{3}$/);
  const texts = [rule.title, rule.why, rule.fix, rule.evidence];
  for (const text of texts) expect(text.trim().length, text).toBeGreaterThan(0);
  expect(texts.join(" ")).not.toMatch(/\bE\d{1,2}\b|\bsentinel\.md|\bclients\.md|\/work\b/);
  expect(rule.sees.length).toBeGreaterThan(0);
}

function isDraft(said: Draft | Need): said is Draft {
  return "place" in said;
}

/** Every password that the files hold in clear; short ones would be found in any sentence. */
function secretsOf(facts: Facts): readonly string[] {
  const configs = [...facts.redis, ...facts.sentinels].flatMap(({ config }) => config ?? []);
  const users = configs.flatMap((config) => config.users.flatMap(({ rules }) => rules));
  const passwords = users.filter(({ text }) => text.startsWith(">")).map(({ text }) => text.slice(1));
  const lines = configs.flatMap((config) => [
    ...config.directives,
    ...(config.kind === "sentinel-conf"
      ? config.monitors.flatMap((monitor) => [...monitor.options.values()].flat())
      : []),
  ]);
  const named = lines.filter(({ name }) => /(?:pass|auth)$/.test(name));
  const values = named.flatMap(({ words }) => words.filter((word) => !word.isUnknown));
  return [...passwords, ...values.map(({ text }) => text)].filter((secret) => secret.length >= 6);
}
