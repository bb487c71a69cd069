// From the text of a scenario file to a scenario, or to every problem of it with line and column. Pure.
import { issueSentence, problemsOf } from "../../cluster/issues.ts";
import { readYaml } from "../../cluster/yaml-source.ts";
import { BatonError } from "../../errors.ts";
import { type Scenario, scenarioSchema } from "./schema.ts";

/** Nobody reads more; the rest is counted. */
const PROBLEMS_MAX = 50;

function refuse(fileName: string, lines: readonly string[]): never {
  const shown = lines.slice(0, PROBLEMS_MAX);
  if (lines.length > shown.length) shown.push(`and ${lines.length - shown.length} more problems`);
  const message = [`${fileName} is not a valid scenario:`, ...shown].join("\n");
  throw new BatonError("SCENARIO_FILE", message);
}

/** @throws BatonError SCENARIO_FILE: a line that names the file, and a line for each of its problems. */
export function scenarioOrThrow(text: string, fileName: string): Scenario {
  const yaml = readYaml(text);
  if (yaml.kind === "unreadable") {
    const lines = yaml.problems.map(
      ({ line, column, message }) => `${fileName}:${line}:${column} ${message}`,
    );
    return refuse(fileName, lines);
  }
  const { source } = yaml;
  const read = scenarioSchema.safeParse(source.value, { error: issueSentence });
  const issues = read.success ? [] : read.error.issues;
  const placed = issues
    .flatMap((issue) => problemsOf(issue, scenarioSchema))
    .map((problem) => ({ ...problem, ...source.placeOf(problem.path, problem.part ?? "value") }));
  const problems = [...source.problems, ...placed].sort(
    (one, other) => one.line - other.line || one.column - other.column,
  );
  if (read.success && problems.length === 0) return read.data;
  const lines = problems.map(({ line, column, path, message }) => {
    const where = `${fileName}:${line}:${column}`;
    return [where, path.join("."), message].filter((word) => word !== "").join(" ");
  });
  return refuse(fileName, lines);
}
