// SEN007: Sentinels of one group that judge it by different numbers.
import type { Draft, Place, Severity } from "../finding.ts";
import { sentinelFiles } from "../rule-examples.ts";
import type { Rule } from "../rule.ts";
import type { Setting } from "../settings.ts";
import { type Watch, groupName, majorityOf, optionOf, setOption, watchesByGroup } from "../watches.ts";

interface Compared {
  readonly name: string;
  readonly severity: Severity;
  readonly isSecret?: true;
  /** Whether what most Sentinels say is right, too, so that the others may be given it. */
  readonly isRight?: (usual: number, voters: number) => boolean;
}

const COMPARED: readonly Compared[] = [
  {
    name: "quorum",
    severity: "error",
    isRight: (usual, voters) => voters >= 3 && usual === majorityOf(voters),
  },
  { name: "auth-user", severity: "error" },
  { name: "auth-pass", severity: "error", isSecret: true },
  { name: "down-after-milliseconds", severity: "warning", isRight: (usual) => usual > 3000 },
  { name: "failover-timeout", severity: "warning", isRight: (usual) => usual >= 3000 },
  { name: "parallel-syncs", severity: "warning", isRight: (usual) => usual === 1 },
  { name: "master-reboot-down-after-period", severity: "warning" },
];

interface Value {
  readonly watch: Watch;
  /** Empty where an option without a default is not written. */
  readonly text: string;
  readonly place: Place;
  readonly setting?: Setting;
}

/** Of those that are known. */
function valuesOf(watches: readonly Watch[], name: string): readonly Value[] {
  return watches.flatMap((watch) => {
    const setting = optionOf(watch, name);
    if (setting !== undefined) return setting.isUnknown ? [] : [valueOf(watch, setting)];
    // A running Sentinel does not tell its credentials, and a file with gaps may say them there.
    const isSilent = watch.monitor === undefined || watch.monitor.hasGaps === true;
    return isSilent ? [] : [{ watch, text: "", place: watch.place }];
  });
}

function valueOf(watch: Watch, setting: Setting): Value {
  return { watch, text: setting.text, place: setting.place, setting };
}

function countOf({ text }: Value, values: readonly Value[]): number {
  return values.filter((one) => one.text === text).length;
}

/** The value that most have; of several equally many the first. */
function usual(values: readonly Value[]): Value | undefined {
  return values.toSorted((a, b) => countOf(b, values) - countOf(a, values)).at(0);
}

/** Only where more than half of all that have a vote agree on a value that is right. */
function changeOf(
  { name, isRight }: Compared,
  { watch, setting }: Value,
  expected: Value,
  values: readonly Value[],
): Pick<Draft, "edits" | "commands"> {
  const { voters } = watch;
  if (voters === undefined || setting === undefined) return {};
  const isUsual = countOf(expected, values) * 2 > voters;
  if (!isUsual || isRight?.(Number(expected.text), voters) !== true) return {};
  return setOption(watch, name, setting, expected.text);
}

function compare({ name, isSecret }: Compared, found: Value, expected: Value): string {
  const other = `${expected.place.file}:${expected.place.line}`;
  const what = `${name} of ${groupName(found.watch)}`;
  if (isSecret === true || found.text === "" || expected.text === "") {
    const state = found.text === "" ? "is missing here and set in" : "is not the one of";
    return `${what} ${state} ${other}; expected the same on every Sentinel`;
  }
  return `${what} is ${found.text} here and ${expected.text} in ${other}; expected the same`;
}

export const sen007: Rule = {
  id: "SEN007",
  title: "Sentinels of one group with different settings",
  severity: "error",
  why:
    "SENTINEL SET and an edited file change one Sentinel only. With different quorums or " +
    "credentials the outcome depends on which Sentinel is alive; of different down-after values the " +
    "quorum-th smallest counts.",
  fix:
    "Use the same values on every Sentinel: in all files, and where they run by SENTINEL SET on " +
    "each.",
  evidence: "measured: down-after 1000 on one Sentinel and 8000 on two fails over after 8.7 s",
  sees: ["static", "live"],
  bad: {
    about: "The third Sentinel notices a crash later than the others.",
    files: sentinelFiles({
      linesOf: {
        1: ["sentinel down-after-milliseconds main 5000"],
        2: ["sentinel down-after-milliseconds main 5000"],
        3: ["sentinel down-after-milliseconds main 15000"],
      },
    }),
  },
  good: {
    about: "All three say the same; the second one in other words, by leaving the default out.",
    files: sentinelFiles({
      linesOf: {
        1: ["sentinel parallel-syncs main 1"],
        3: ["sentinel parallel-syncs main 1"],
      },
    }),
  },
  *check(facts) {
    for (const watches of watchesByGroup(facts).values()) {
      for (const compared of COMPARED) {
        const values = valuesOf(watches, compared.name);
        const expected = usual(values);
        for (const value of values) {
          if (expected === undefined || value.text === expected.text) continue;
          const message = compare(compared, value, expected);
          const change = changeOf(compared, value, expected, values);
          yield { place: value.place, message, severity: compared.severity, ...change };
        }
      }
    }
  },
};
