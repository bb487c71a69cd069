// The title of the page: among twenty tabs it says how things are.
import type { Address } from "./address.ts";
import { freshnessOf } from "./fresh.ts";
import type { Live } from "./live.ts";
import { countsOf, severityOf } from "./order.ts";

const MARKS = { error: "✕ ", warning: "! ", info: "", fine: "" } as const;

function worst(live: Live): string {
  const { error, warning } = countsOf(live.rows.values());
  if (error > 0) return `${MARKS.error}${error} `;
  return warning > 0 ? `${MARKS.warning}${warning} ` : "";
}

export function titleOf(live: Live, address: Address, nowMs: number): string {
  const { kind } = freshnessOf(live, nowMs);
  if (kind === "waiting") return "Baton";
  const old = kind === "stale" ? "(old) " : "";
  if (address.kind === "overview") return `${old}${worst(live)}Baton`;
  const row = live.rows.get(address.name);
  const mark = row === undefined ? "" : MARKS[severityOf(row.severity)];
  return `${old}${mark}${address.name} · Baton`;
}
