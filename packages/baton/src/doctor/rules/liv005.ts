// LIV005: replicas that do not follow, or that Sentinels cannot reach.
import {
  type Answer,
  type Row,
  answersOf,
  hasFlag,
  numberIn,
  replicaRows,
  spanOf,
} from "../live/answers.ts";
import type { Draft } from "../finding.ts";
import type { Rule } from "../rule.ts";

/** Whoever has been gone for longer is a matter of SEN015. */
const GONE_MS = 3_600_000;

export const liv005: Rule = {
  id: "LIV005",
  title: "a replica without its link, or out of Sentinel's reach",
  severity: "error",
  why:
    "It gets no writes, does not count for min-replicas-to-write, and is missing when the primary dies. " +
    "One that was never synchronised is promoted all the same. One that only Sentinel cannot reach is " +
    "never promoted.",
  fix:
    "Look at its log: a wrong masterauth (NOAUTH, WRONGPASS), missing rights (NOPERM), a port that is " +
    "closed, a synchronisation that never ends. When Sentinels cannot reach it: the address that it " +
    "announces, and auth-pass.",
  evidence: "measured: without masterauth an old primary never comes back, and CKQUORUM says OK",
  sees: ["live"],
  *check(facts) {
    for (const group of facts.groups) {
      const replicas = answersOf(group.nodes).filter(({ isPrimary }) => !isPrimary);
      const rows = replicaRows(group);
      for (const replica of replicas) {
        const draft = unlinked(replica) ?? unseen(replica, rows.get(replica.name));
        if (draft !== undefined) yield draft;
      }
      const heard = new Set(answersOf(group.nodes).map(({ name }) => name));
      for (const [name, row] of rows) {
        const downMs = numberIn(row, "s-down-time") ?? 0;
        if (heard.has(name) || !hasFlag(row, "s_down") || downMs > GONE_MS) continue;
        const place = { file: name, line: 0, column: 0 };
        yield {
          place,
          message: `This replica has been down for ${spanOf(downMs)}, as Sentinels see it`,
        };
      }
    }
  },
};

function unlinked({ info, place }: Answer): Draft | undefined {
  const status = info.get("master_link_status");
  if (status === undefined || status === "up") return undefined;
  const primary = `${info.get("master_host") ?? "?"}:${info.get("master_port") ?? "?"}`;
  const seconds = numberIn(info, "master_link_down_since_seconds");
  const since =
    seconds === undefined || seconds < 0 ? "since it was started" : `for ${spanOf(seconds * 1_000)}`;
  if (info.get("master_sync_in_progress") === "1") {
    const message = `It is still being synchronised with ${primary}; expected a replica that follows`;
    return { place, message, severity: "warning" };
  }
  return {
    place,
    message: `Its link to ${primary} has been down ${since}; expected master_link_status:up`,
  };
}

function unseen({ place }: Answer, row: Row | undefined): Draft | undefined {
  if (row === undefined || !hasFlag(row, "s_down", "disconnected")) return undefined;
  const flags = row.get("flags") ?? "";
  return {
    place,
    message: `It answers here, and Sentinels have it as ${flags}; expected one that they reach`,
  };
}
