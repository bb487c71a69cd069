// What is asked of `baton drill run` and does not go together: whoever asked must not believe to have it.
import { BatonError } from "../errors.ts";
import type { Scenario } from "../drill/scenario/schema.ts";
import type { Given } from "./command.ts";
import { dashed } from "./drill-given.ts";

/** "smallest.yml", "./a/b": no fault has a dot or a slash in its name. */
export const isScenario = (word: string): boolean => /[./]/.test(word);

/** A scenario has a lab of its own, and each of its drills leaves all reports. */
const ONE_FAULT = [
  "pdf",
  "format",
  "name",
  "on",
  "confirm",
  "dryRun",
  "abortAfter",
  "sshConfig",
] as const;

const isGiven = (value: unknown): boolean => value !== undefined && value !== false;

/** Before the file is read. @throws BatonError USAGE */
export function refuseForScenario(given: Given): void {
  const asked = ONE_FAULT.find((key) => isGiven(given[key]));
  if (isGiven(given["clients"]))
    throw new BatonError(
      "USAGE",
      "--clients is for one fault: a scenario's file names its own, clients:",
    );
  if (asked === undefined) return;
  const why = "a scenario is played in a lab of its own, and each step leaves every report";
  throw new BatonError("USAGE", `${dashed(asked)} is for one fault: ${why}`);
}

/** What the scenario itself says is not said twice. @throws BatonError USAGE */
export function refuseSaidTwice(given: Given, { cluster, durability }: Scenario): void {
  const own = { file: cluster, durability };
  for (const key of ["file", "durability"] as const)
    if (isGiven(given[key]) && own[key] !== undefined)
      throw new BatonError(
        "USAGE",
        `${dashed(key)} was given, and the scenario has its own: ${own[key]}`,
      );
}

/** @throws BatonError USAGE */
export function refuseForFault(given: Given): void {
  if (!isGiven(given["step"])) return;
  throw new BatonError("USAGE", "--step is for a scenario: one fault is one step");
}
