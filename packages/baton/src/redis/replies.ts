// Redis' and Sentinel's replies, checked once at the edge and typed from then on.

/**
 * A reply that is not what the command promises: another kind of server, or a version Baton does
 * not know.
 */
export class StrangeReply extends Error {
  constructor(expected: string, found: unknown) {
    const text = found instanceof Error ? found.message : JSON.stringify(found);
    super(`expected ${expected}, found ${(text ?? "nothing").slice(0, 200)}`);
    this.name = "StrangeReply";
  }
}

export function asText(reply: unknown, what: string): string {
  if (typeof reply === "string") return reply;
  if (typeof reply === "number") return String(reply);
  throw new StrangeReply(what, reply);
}

export function asInteger(reply: unknown, what: string): number {
  const number = Number(reply);
  if (reply === null || reply === "" || !Number.isInteger(number)) throw new StrangeReply(what, reply);
  return number;
}

export function asList(reply: unknown, what: string): readonly unknown[] {
  if (Array.isArray(reply)) return reply;
  throw new StrangeReply(what, reply);
}

/** The flat name, value, name, value list with which Sentinel answers (a map in RESP3). */
export class Fields {
  private readonly values = new Map<string, unknown>();

  constructor(reply: unknown, what: string) {
    const list = asList(reply, what);
    for (let index = 0; index + 1 < list.length; index += 2) {
      this.values.set(asText(list[index], `a field name in ${what}`), list[index + 1]);
    }
  }

  has(name: string): boolean {
    return this.values.has(name);
  }

  names(): Iterable<string> {
    return this.values.keys();
  }

  text(name: string): string {
    return asText(this.values.get(name), `the field ${name}`);
  }

  integer(name: string): number {
    return asInteger(this.values.get(name), `an integer in ${name}`);
  }

  /** undefined when there is no such field, or no whole number in it. */
  integerIfThere(name: string): number | undefined {
    const value = this.values.get(name);
    return typeof value === "string" && /^-?\d{1,15}$/.test(value) ? Number(value) : undefined;
  }
}

/** `# Section` lines and `name:value` lines of INFO. */
export function parseInfo(reply: unknown): ReadonlyMap<string, string> {
  const facts = new Map<string, string>();
  for (const line of asText(reply, "INFO's text").split("\r\n")) {
    const colon = line.indexOf(":");
    if (colon > 0 && !line.startsWith("#")) facts.set(line.slice(0, colon), line.slice(colon + 1));
  }
  return facts;
}

/** What ROLE says: https://redis.io/commands/role */
export type RoleReply =
  | {
      readonly kind: "primary";
      readonly offsetBytes: number;
      readonly replicas: readonly {
        readonly address: string;
        readonly port: number;
        readonly offsetBytes: number;
      }[];
    }
  | {
      readonly kind: "replica";
      readonly of: { readonly address: string; readonly port: number };
      /** connect, connecting, sync, connected */
      readonly link: string;
      readonly offsetBytes: number;
    };

export function parseRole(reply: unknown): RoleReply {
  const [role, ...rest] = asList(reply, "ROLE's list");
  if (role === "master") {
    const replicas = asList(rest[1], "ROLE's list of replicas").map((entry) => {
      const [address, port, offset] = asList(entry, "a replica in ROLE");
      return {
        address: asText(address, "a replica's address"),
        port: asInteger(port, "a replica's port"),
        offsetBytes: asInteger(offset, "a replica's offset"),
      };
    });
    return { kind: "primary", offsetBytes: asInteger(rest[0], "ROLE's offset"), replicas };
  }
  if (role === "slave") {
    return {
      kind: "replica",
      of: {
        address: asText(rest[0], "the primary's address"),
        port: asInteger(rest[1], "the primary's port"),
      },
      link: asText(rest[2], "the link's state"),
      offsetBytes: asInteger(rest[3], "ROLE's offset"),
    };
  }
  throw new StrangeReply("the role master or slave", role);
}
