// The state of one group as an agent tells it: the same as `baton status --json` says of it.
import { Fields, textAt } from "./fields.ts";
import { type DrillNote, drillNote } from "./drill-note.ts";

export interface Place {
  readonly address: string;
  readonly port: number;
}

export interface NodeStatus extends Place {
  readonly id: string;
  readonly host: string;
  readonly zone: string;
  readonly role: string;
  /** Of a replica: connect, connecting, sync, connected. */
  readonly link: string | null;
  /** Whom a replica follows: address:port. */
  readonly of: string | null;
  readonly lagBytes: number | null;
  readonly reason: string | null;
}

export interface SentinelStatus extends Place {
  readonly id: string;
  readonly state: string;
  readonly primary: Place | null;
  readonly epoch: number | null;
  readonly flags: readonly string[];
  readonly tilt: boolean;
  readonly reason: string | null;
}

export type RouteStatus =
  | (Place & {
      readonly kind: "primary";
      readonly host: string;
      readonly epoch: number;
      readonly confirmed: boolean;
    })
  | { readonly kind: "none"; readonly reason: string };

export interface ProblemStatus {
  readonly code: string;
  readonly severity: string;
  readonly message: string;
}

/** A place outside Redis that leads clients to the primary, as the agent of a host sees it. */
export interface TargetStatus {
  readonly name: string;
  readonly host: string;
  /** `host`: each host that serves it has one of its own; `shared`: it is one for all. */
  readonly reach: string;
  readonly ok: boolean;
  readonly sentence: string;
}

/** The newest decision of the agent's loop that says something. */
export interface DecisionStatus {
  readonly kind: string;
  readonly reason: string;
  /** UTC, ISO 8601. */
  readonly at: string;
}

export interface PauseStatus {
  readonly until: string;
  readonly by: string;
}

export interface DrillStatus {
  readonly fault: string;
  readonly by: string;
  readonly since: string;
  readonly until: string;
}

export interface GroupStatus {
  readonly name: string;
  readonly route: RouteStatus;
  /** UTC, ISO 8601; null without a route, and from an agent that does not say. */
  readonly routeSince: string | null;
  readonly decision: DecisionStatus | null;
  readonly doubts: readonly string[];
  readonly pause: PauseStatus | null;
  readonly drill: DrillStatus | null;
  /** Newest first, at most 20. */
  readonly drills: readonly DrillNote[];
  /** Replicas that have to confirm each write; null when none has to. */
  readonly confirmedBy: readonly string[] | null;
  readonly problems: readonly ProblemStatus[];
  readonly nodes: readonly NodeStatus[];
  readonly sentinels: readonly SentinelStatus[];
  readonly targets: readonly TargetStatus[];
}

const PROCESSES_MAX = 200;
const DRILLS_MAX = 20;

/** "127.0.0.1:6379", "[::1]:6379". */
export const endpoint = ({ address, port }: Place): string =>
  `${address.includes(":") ? `[${address}]` : address}:${port}`;

const place = (fields: Fields): Place => ({
  address: fields.text("address"),
  port: fields.number("port"),
});

function route(fields: Fields): RouteStatus {
  if (fields.text("kind") !== "primary") return { kind: "none", reason: fields.text("reason") };
  return {
    kind: "primary",
    host: fields.text("host"),
    ...place(fields),
    epoch: fields.number("epoch"),
    confirmed: fields.flag("confirmed"),
  };
}

function node(value: unknown, where: string): NodeStatus {
  const fields = new Fields(value, where);
  return {
    id: fields.text("id"),
    host: fields.text("host"),
    ...place(fields),
    zone: fields.text("zone"),
    role: fields.text("role"),
    link: fields.textOr("link"),
    of: fields.textOr("of"),
    lagBytes: fields.numberOr("lagBytes"),
    reason: fields.textOr("reason"),
  };
}

function sentinel(value: unknown, where: string): SentinelStatus {
  const fields = new Fields(value, where);
  return {
    id: fields.text("id"),
    ...place(fields),
    state: fields.text("state"),
    primary: fields.or("primary", (name) => place(fields.fields(name))),
    epoch: fields.numberOr("epoch"),
    flags: fields.listOr("flags", textAt),
    tilt: fields.or("tilt", (name) => fields.flag(name)) ?? false,
    reason: fields.textOr("reason"),
  };
}

function problem(value: unknown, where: string): ProblemStatus {
  const fields = new Fields(value, where);
  return {
    code: fields.text("code"),
    severity: fields.text("severity"),
    message: fields.text("message"),
  };
}

function target(value: unknown, where: string): TargetStatus {
  const fields = new Fields(value, where);
  return {
    name: fields.text("name"),
    host: fields.text("host"),
    reach: fields.textOr("reach") ?? "host",
    ok: fields.flag("ok"),
    sentence: fields.text("sentence"),
  };
}

const decision = (fields: Fields): DecisionStatus => ({
  kind: fields.text("kind"),
  reason: fields.text("reason"),
  at: fields.text("at"),
});

const pause = (fields: Fields): PauseStatus => ({ until: fields.text("until"), by: fields.text("by") });

const drill = (fields: Fields): DrillStatus => ({
  fault: fields.text("fault"),
  by: fields.text("by"),
  since: fields.text("since"),
  until: fields.text("until"),
});

function confirmedBy(fields: Fields): readonly string[] | null {
  return fields.text("kind") === "asked" ? fields.listOr("names", textAt) : null;
}

/** @throws Error that names the first field that is not as expected. */
export function readGroup(value: unknown, where = "group"): GroupStatus {
  const fields = new Fields(value, where);
  const one = <T>(name: string, read: (inner: Fields) => T): T | null =>
    fields.or(name, (key) => read(fields.fields(key)));
  return {
    name: fields.text("name"),
    route: route(fields.fields("route")),
    routeSince: fields.textOr("routeSince"),
    decision: one("decision", decision),
    doubts: fields.listOr("doubts", textAt),
    pause: one("pause", pause),
    drill: one("drill", drill),
    drills: fields.listOr("drills", drillNote, DRILLS_MAX),
    confirmedBy: one("confirmations", confirmedBy),
    problems: fields.list("problems", problem, PROCESSES_MAX),
    nodes: fields.list("nodes", node, PROCESSES_MAX),
    sentinels: fields.list("sentinels", sentinel, PROCESSES_MAX),
    targets: fields.listOr("targets", target, PROCESSES_MAX),
  };
}
