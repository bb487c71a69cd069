// SEN007: Sentinels of one group that judge it by different numbers.
import type { Draft, Severity } from "../finding.ts";
import { accepts } from "../passwords.ts";
import { sentinelFiles } from "../rule-examples.ts";
import type { Rule } from "../rule.ts";
import { monitorLogin } from "../sentinel-login.ts";
import { type Usual, type Value, shownValue, usual, valuesOf } from "../watch-values.ts";
import { type Watch, groupName, majorityOf, setOption, shownPlace, watchesByGroup } from "../watches.ts";

interface Compared {
  readonly name: string;
  readonly severity: Severity;
  readonly isSecret?: true;
  /** That one Sentinel lacks it is another rule's. */
  readonly isOptional?: true;
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
  { name: "client-reconfig-script", severity: "warning", isOptional: true },
  { name: "notification-script", severity: "warning", isOptional: true },
];

const CREDENTIALS = new Set(["auth-user", "auth-pass"]);

/** One user for each Sentinel, or two passwords during a change: every node lets them in. */
function isLetIn(watch: Watch): boolean {
  const nodes = watch.group?.nodes ?? [];
  const login = monitorLogin(watch.monitor);
  return login !== undefined && nodes.length > 0 && nodes.every((node) => accepts(node, login) === true);
}

/** Only where more than half of all that have a vote agree on a value that is right. */
function changeOf(
  { name, isRight }: Compared,
  { watch, setting }: Value,
  expected: Usual,
): Pick<Draft, "edits" | "commands"> {
  const { voters } = watch;
  if (voters === undefined || setting === undefined) return {};
  const { text } = expected.value;
  const isUsual = expected.count * 2 > voters;
  if (!isUsual || isRight?.(Number(text), voters) !== true) return {};
  return setOption(watch, name, setting, text);
}

function compare({ name, isSecret }: Compared, found: Value, expected: Value): string {
  const other = shownPlace(expected.place);
  const what = `${name} of ${groupName(found.watch)}`;
  const state = stateOf(found, expected, isSecret === true);
  if (state !== undefined) return `${what} ${state} ${other}; expected the same on every Sentinel`;
  return `${what} is ${shownValue(found)} here and ${shownValue(expected)} in ${other}; expected the same`;
}

/** In place of both values where one is missing, or neither may be told. */
function stateOf(found: Value, expected: Value, isSecret: boolean): string | undefined {
  if (found.text === "") return "is missing here and set in";
  if (expected.text === "") return "is set here and missing in";
  return isSecret ? "is not the one of" : undefined;
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
        const values = valuesOf(watches, compared.name, compared.isOptional !== true);
        const expected = usual(values);
        for (const value of values) {
          if (expected === undefined || value.text === expected.value.text) continue;
          if (CREDENTIALS.has(compared.name) && isLetIn(value.watch)) continue;
          const message = compare(compared, value, expected.value);
          const change = changeOf(compared, value, expected);
          yield { place: value.place, message, severity: compared.severity, ...change };
        }
      }
    }
  },
};
