// What each kind of client has met, a row a kind, and what their libraries said.
import { aligned } from "../../packages/baton/src/drill/report/terminal-text.ts";
import type { FleetResult, KindResult } from "./round.ts";

const HEADS = [
  "",
  "connections",
  "acknowledged writes",
  "lost of them",
  "repeated",
  "errors",
  "closed connections",
  "longest gap",
];

const rowOf = (result: KindResult): readonly string[] => [
  result.kind,
  String(result.connections),
  String(result.acknowledged),
  String(result.lost),
  // Setting a key twice leaves no trace; only counting does.
  result.kind === "redis-benchmark" ? String(result.repeated) : "-",
  String(result.errors),
  String(result.closed),
  `${result.longestGapMs} ms`,
];

export function drawFleet({ wanted, outcomes, kinds, findings }: FleetResult): readonly string[] {
  const ends = Object.entries(outcomes).map(([name, count]) => `${count} ${name}`);
  const messages = kinds.flatMap(({ kind, messages }) =>
    Object.entries(messages).map(([message, count]) => `${kind}: ${count} x ${message}`),
  );
  return [
    `${wanted} switchovers wanted: ${ends.join(", ") || "none made"}`,
    "",
    ...aligned([HEADS, ...kinds.map(rowOf)], [false, ...HEADS.slice(1).map(() => true)]),
    ...(messages.length === 0 ? ["", "no client was told an error"] : ["", ...messages]),
    ...findings,
  ];
}
