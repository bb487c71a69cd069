// What the whole configuration that nginx would read says about our file and about old connections.
import type { Proof } from "../../target.ts";

const UNITS_MS: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1_000,
  "": 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 7 * 86_400_000,
};
/** As nginx has it where nobody says otherwise. */
const PROXY_TIMEOUT_MS = 600_000;
const IDLE_MS_MIN = 3_600_000;

const right = (sentence: string): Proof => ({ verdict: "right", sentence });
const problem = (sentence: string): Proof => ({ verdict: "problem", sentence });

/** `1h30m`, `500ms`, `30`: what nginx takes for a time, milliseconds; NaN for anything else. */
export function nginxTimeMs(text: string): number {
  if (!/^(\d{1,9}(ms|[smhdw])?)+$/.test(text)) return Number.NaN;
  const parts = [...text.matchAll(/(\d+)(ms|[smhdw])?/g)];
  return parts.reduce((sum, [, count, unit = ""]) => sum + Number(count) * (UNITS_MS[unit] ?? 0), 0);
}

/** All arguments of a directive, in order, comments left out. */
function valuesOf(text: string, directive: string): readonly string[] {
  const found = text.matchAll(
    new RegExp(`^[^#\\n]*?(?<=^|[\\s;{}])${directive}\\s+([^;\\s]+)\\s*;`, "gm"),
  );
  return [...found].map(([, value = ""]) => value);
}

function shutdownProof(text: string): Proof {
  const [value] = valuesOf(text, "worker_shutdown_timeout");
  const add = "add `worker_shutdown_timeout 1s;` to the main part";
  if (value === undefined) {
    return problem(`clients stay on the old primary for as long as they keep a connection: ${add}`);
  }
  return right(`connections to the old primary are cut ${value} after a reload`);
}

function idleProof(text: string): Proof {
  const known = valuesOf(text, "proxy_timeout").map(nginxTimeMs).filter(Number.isFinite);
  const leastMs = known.length === 0 ? PROXY_TIMEOUT_MS : Math.min(...known);
  const seconds = leastMs / 1_000;
  if (leastMs >= IDLE_MS_MIN) return right(`an idle connection is kept for ${seconds} s`);
  return problem(`a connection that is idle for ${seconds} s is cut: set \`proxy_timeout 1h;\` or more`);
}

/** `text`: the answer of `nginx -T`, which names every file in front of what it holds. */
export function configurationProofs(text: string, path: string): readonly Proof[] {
  const isIncluded = text.split("\n").includes(`# configuration file ${path}:`);
  const included = isIncluded
    ? right(`nginx includes ${path}`)
    : problem(`nginx does not include ${path}: put \`include ${path};\` into the upstream`);
  return [included, shutdownProof(text), idleProof(text)];
}
