// The events of /api/live, read from their text: what the agent is, an overview of all groups, whole groups,
// journal, incidents, and a pulse every second.
import { Fields } from "./fields.ts";
import { type GroupStatus, readGroup } from "./group.ts";

export interface Hello {
  readonly observedBy: string;
  readonly version: string;
  /** UTC, ISO 8601. */
  readonly startedAt: string;
  readonly hosts: readonly { readonly name: string; readonly zone: string }[];
  /** How many groups there are. */
  readonly groups: number;
  /** From one look at a group in which nothing goes on to the next: the longer, the more groups there are. */
  readonly lookEveryMs: number;
  /** A token is configured: the agent takes requests that change something. */
  readonly canChange: boolean;
}

export interface GroupRow {
  readonly name: string;
  readonly host: string | null;
  readonly epoch: number | null;
  readonly confirmed: boolean;
  readonly severity: string;
  readonly problems: number;
  readonly headline: string;
  readonly lagBytesMax: number | null;
  readonly targetsOk: number;
  readonly targetsAll: number;
  /** A pause, a drill or a switchover. */
  readonly isQuiet: boolean;
}

export interface Overview {
  /** All groups; otherwise those that changed. */
  readonly isWhole: boolean;
  readonly at: string;
  readonly rows: readonly GroupRow[];
}

export interface JournalEntry {
  readonly id: number;
  readonly at: string;
  readonly kind: string;
  /** Empty for what concerns no group in particular. */
  readonly group: string;
  readonly sentence: string;
  /** Why it was done, where the agent says so. */
  readonly because: string | null;
}

export interface IncidentStep {
  readonly name: string;
  readonly at: string;
  readonly afterMs: number;
  readonly sentence: string;
}

export interface Incident {
  readonly kind: string;
  readonly group: string;
  readonly epoch: number | null;
  readonly from: string | null;
  readonly to: string | null;
  readonly outcome: string;
  readonly startedAt: string;
  readonly durationMs: number | null;
  readonly steps: readonly IncidentStep[];
}

export interface Pulse {
  readonly at: string;
  /** How long ago the agent last looked at the group that it looked at longest ago; null before any look. */
  readonly oldestTurnMs: number | null;
}

export type LiveEvent =
  | { readonly kind: "hello"; readonly hello: Hello }
  | { readonly kind: "overview"; readonly overview: Overview }
  | { readonly kind: "group"; readonly group: GroupStatus }
  | { readonly kind: "journal"; readonly entry: JournalEntry }
  | { readonly kind: "incidents"; readonly group: string; readonly incidents: readonly Incident[] }
  | { readonly kind: "pulse"; readonly pulse: Pulse };

export const EVENT_KINDS = [
  "hello",
  "overview",
  "group",
  "journal",
  "incidents",
  "pulse",
] as const satisfies readonly LiveEvent["kind"][];

const CHARACTERS_MAX = 4_000_000;
const INCIDENTS_MAX = 200;
const STEPS_MAX = 64;

function hello(fields: Fields): Hello {
  return {
    observedBy: fields.text("observedBy"),
    version: fields.textOr("version") ?? "",
    startedAt: fields.textOr("startedAt") ?? "",
    hosts: fields.listOr("hosts", (value, where) => {
      const host = new Fields(value, where);
      return { name: host.text("name"), zone: host.text("zone") };
    }),
    groups: fields.number("groups"),
    lookEveryMs: fields.numberOr("lookEveryMs") ?? 0,
    canChange: fields.or("canChange", (name) => fields.flag(name)) ?? false,
  };
}

function row(value: unknown, where: string): GroupRow {
  const fields = new Fields(value, where);
  return {
    name: fields.text("name"),
    host: fields.textOr("host"),
    epoch: fields.numberOr("epoch"),
    confirmed: fields.or("confirmed", (name) => fields.flag(name)) ?? true,
    severity: fields.text("severity"),
    problems: fields.numberOr("problems") ?? 0,
    headline: fields.textOr("headline") ?? "",
    lagBytesMax: fields.numberOr("lagBytesMax"),
    targetsOk: fields.numberOr("targetsOk") ?? 0,
    targetsAll: fields.numberOr("targetsAll") ?? 0,
    isQuiet: fields.or("isQuiet", (name) => fields.flag(name)) ?? false,
  };
}

function entry(fields: Fields): JournalEntry {
  const facts = fields.or("facts", (name) => fields.fields(name));
  return {
    id: fields.number("id"),
    at: fields.text("at"),
    kind: fields.text("kind"),
    group: fields.textOr("group") ?? "",
    sentence: fields.text("sentence"),
    because: reasonIn(facts),
  };
}

/** Facts are free: what is no text there is no reason. */
function reasonIn(facts: Fields | null): string | null {
  try {
    return facts?.textOr("because") ?? null;
  } catch {
    return null;
  }
}

function step(value: unknown, where: string): IncidentStep {
  const fields = new Fields(value, where);
  return {
    name: fields.text("name"),
    at: fields.text("at"),
    afterMs: fields.number("afterMs"),
    sentence: fields.textOr("sentence") ?? "",
  };
}

function incident(value: unknown, where: string): Incident {
  const fields = new Fields(value, where);
  return {
    kind: fields.text("kind"),
    group: fields.text("group"),
    epoch: fields.numberOr("epoch"),
    from: fields.textOr("from"),
    to: fields.textOr("to"),
    outcome: fields.text("outcome"),
    startedAt: fields.text("startedAt"),
    durationMs: fields.numberOr("durationMs"),
    steps: fields.listOr("steps", step, STEPS_MAX),
  };
}

function eventOf(kind: LiveEvent["kind"], value: unknown): LiveEvent {
  const fields = new Fields(value, kind);
  switch (kind) {
    case "hello":
      return { kind, hello: hello(fields) };
    case "overview": {
      const rows = fields.list("rows", row);
      return { kind, overview: { isWhole: fields.flag("isWhole"), at: fields.text("at"), rows } };
    }
    case "group":
      return { kind, group: readGroup(value) };
    case "journal":
      return { kind, entry: entry(fields) };
    case "incidents": {
      const incidents = fields.list("incidents", incident, INCIDENTS_MAX);
      return { kind, group: fields.text("group"), incidents };
    }
    case "pulse": {
      const oldestTurnMs = fields.numberOr("oldestTurnMs");
      return { kind, pulse: { at: fields.text("at"), oldestTurnMs } };
    }
  }
}

/** @throws Error with a sentence that names what is not as expected. */
export function readEvent(kind: LiveEvent["kind"], text: string): LiveEvent {
  if (text.length > CHARACTERS_MAX) throw new Error(`${kind} has ${text.length} characters`);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new Error(`${kind} is no JSON`, { cause });
  }
  return eventOf(kind, value);
}
