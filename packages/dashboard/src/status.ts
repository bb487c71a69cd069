// What the agent answers at /status and /journal, read with care: an agent of another version must not
// blank the page.

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
  readonly ok: boolean;
  readonly sentence: string;
}

export interface GroupStatus {
  readonly name: string;
  readonly route: RouteStatus;
  readonly problems: readonly ProblemStatus[];
  readonly nodes: readonly NodeStatus[];
  readonly sentinels: readonly SentinelStatus[];
  readonly targets: readonly TargetStatus[];
}

export interface Status {
  readonly observedBy: string;
  /** UTC, ISO 8601: when the agent last looked at the cluster. */
  readonly at: string;
  readonly groups: readonly GroupStatus[];
}

export interface JournalEntry {
  readonly at: string;
  readonly kind: string;
  readonly group: string;
  readonly sentence: string;
}

/** More entries than this in one list are not from an agent. */
const ENTRIES_MAX = 2000;

/**
 * An object whose fields are read by name and kind. Every reader throws an Error that names the field.
 */
class Fields {
  readonly #fields: Readonly<Record<string, unknown>>;
  readonly #where: string;

  constructor(value: unknown, where: string) {
    if (typeof value !== "object" || value === null || Array.isArray(value))
      throw unlike(where, "an object");
    this.#fields = value as Readonly<Record<string, unknown>>;
    this.#where = where;
  }

  text(name: string): string {
    const value = this.#fields[name];
    if (typeof value !== "string") throw unlike(`${this.#where}.${name}`, "a text");
    return value;
  }

  number(name: string): number {
    const value = this.#fields[name];
    if (typeof value !== "number") throw unlike(`${this.#where}.${name}`, "a number");
    return value;
  }

  flag(name: string): boolean {
    const value = this.#fields[name];
    if (typeof value !== "boolean") throw unlike(`${this.#where}.${name}`, "true or false");
    return value;
  }

  or<T>(name: string, read: (name: string) => T): T | null {
    return (this.#fields[name] ?? null) === null ? null : read(name);
  }

  fields(name: string): Fields {
    return new Fields(this.#fields[name], `${this.#where}.${name}`);
  }

  list<T>(name: string, read: (value: unknown, where: string) => T): readonly T[] {
    const value = this.#fields[name];
    const where = `${this.#where}.${name}`;
    if (!Array.isArray(value) || value.length > ENTRIES_MAX)
      throw unlike(where, `a list of at most ${ENTRIES_MAX}`);
    return value.map((item: unknown, index) => read(item, `${where}[${index}]`));
  }
}

const unlike = (where: string, expected: string): Error => new Error(`${where} is not ${expected}`);

const place = (fields: Fields): Place => ({
  address: fields.text("address"),
  port: fields.number("port"),
});

function route(fields: Fields): RouteStatus {
  if (fields.text("kind") !== "primary") return { kind: "none", reason: fields.text("reason") };
  const epoch = fields.number("epoch");
  return {
    kind: "primary",
    host: fields.text("host"),
    ...place(fields),
    epoch,
    confirmed: fields.flag("confirmed"),
  };
}

function node(value: unknown, where: string): NodeStatus {
  const fields = new Fields(value, where);
  const text = (name: string) => fields.text(name);
  return {
    id: text("id"),
    host: text("host"),
    ...place(fields),
    zone: text("zone"),
    role: text("role"),
    link: fields.or("link", text),
    of: fields.or("of", text),
    lagBytes: fields.or("lagBytes", (name) => fields.number(name)),
    reason: fields.or("reason", text),
  };
}

function sentinel(value: unknown, where: string): SentinelStatus {
  const fields = new Fields(value, where);
  return {
    id: fields.text("id"),
    ...place(fields),
    state: fields.text("state"),
    primary: fields.or("primary", (name) => place(fields.fields(name))),
    epoch: fields.or("epoch", (name) => fields.number(name)),
    flags: fields.list("flags", String),
    tilt: fields.flag("tilt"),
    reason: fields.or("reason", (name) => fields.text(name)),
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
    ok: fields.flag("ok"),
    sentence: fields.text("sentence"),
  };
}

function group(value: unknown, where: string): GroupStatus {
  const fields = new Fields(value, where);
  return {
    name: fields.text("name"),
    route: route(fields.fields("route")),
    problems: fields.list("problems", problem),
    nodes: fields.list("nodes", node),
    sentinels: fields.list("sentinels", sentinel),
    // An older agent says nothing of them.
    targets: fields.or("targets", (name) => fields.list(name, target)) ?? [],
  };
}

/** @throws Error that names the first field that is not as expected. */
export function readStatus(value: unknown): Status {
  const fields = new Fields(value, "status");
  return {
    observedBy: fields.text("observedBy"),
    at: fields.text("at"),
    groups: fields.list("groups", group),
  };
}

/**
 * Entries oldest first, as the agent keeps them. @throws Error that names the first field that is not as
 * expected.
 */
export function readJournal(value: unknown): readonly JournalEntry[] {
  return new Fields(value, "journal").list("entries", (item, where) => {
    const fields = new Fields(item, where);
    return {
      at: fields.text("at"),
      kind: fields.text("kind"),
      group: fields.text("group"),
      sentence: fields.text("sentence"),
    };
  });
}
