// How bad something is, as a mark and a word: never by colour alone.
import { type Severity, severityOf } from "../state/order.ts";

/** Drawn, not typed: fonts differ in what they have. */
const SHAPES: Readonly<Record<Severity, string>> = {
  error: "M4.5 4.5l7 7m0-7l-7 7",
  warning: "M8 2.5L14.2 13.5H1.8zM8 6.5v3.2m0 1.6v.4",
  info: "M8 7.2v4.6m0-7.6v.6",
  fine: "M3.5 8.5l3 3 6-7",
};

export function Mark({ severity }: { readonly severity: string }) {
  const known = severityOf(severity);
  return (
    <svg class={`mark ${known}`} viewBox="0 0 16 16" width="16" height="16" aria-hidden="true">
      <path d={SHAPES[known]} />
    </svg>
  );
}

export function SeverityTag({ severity }: { readonly severity: string }) {
  return (
    <span class={`tag ${severityOf(severity)}`}>
      <Mark severity={severity} />
      {severity}
    </span>
  );
}
