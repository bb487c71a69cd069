// A DNS zone at OVHcloud, for tests: records are staged, and name servers learn of them with a refresh, which
// publishes whatever anybody has staged. Each request and reply is held against OVHcloud's own document.
import { openContract } from "./contract.fixture.ts";
import type { FakeReply, FakeRequest, FakeRoute } from "./fake-api.fixture.ts";
import { openOvhFake, ovhNewStyle, type OvhAuth } from "./ovh-auth.fixture.ts";

export const DOMAIN_DOCUMENT = "ovh-domain.json";
export const DNS_ZONE = "example.org";
export const DNS_NAME = "redis";

export interface FakeRecord {
  readonly id: number;
  readonly fieldType: string;
  readonly subDomain: string;
  readonly target: string;
  readonly ttl: number;
}

const EDITABLE = new Set(["subDomain", "target", "ttl"]);
const IPV4 = /^\d{1,3}(\.\d{1,3}){3}$/;

/** As SQL's ILIKE does. */
function isLike(text: string, pattern: string): boolean {
  const source = pattern
    .replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&")
    .replaceAll("%", ".*")
    .replaceAll("_", ".");
  return new RegExp(`^${source}$`, "i").test(text);
}

export class FakeZone {
  staged = new Map<number, FakeRecord>();
  live: ReadonlyMap<number, FakeRecord> = new Map();
  /** Every address that name servers gave for the name after a refresh. */
  readonly history: string[] = [];
  refreshes = 0;
  private nextId = 5_001;

  put(fieldType: string, subDomain: string, target: string, ttl = 3_600): FakeRecord {
    const record = { id: this.nextId, fieldType, subDomain, target, ttl };
    this.nextId += 1;
    this.staged.set(record.id, record);
    return record;
  }

  refresh(): void {
    this.refreshes += 1;
    this.live = new Map(this.staged);
    this.history.push(...this.addresses());
  }

  /** What name servers give for the name. */
  addresses(): readonly string[] {
    return this.of("A", DNS_NAME, this.live).map(({ target }) => target);
  }

  of(type: string, subDomain: string, where: ReadonlyMap<number, FakeRecord> = this.staged) {
    const all = [...where.values()];
    return all.filter((record) => record.fieldType === type && record.subDomain === subDomain);
  }

  /** Somebody leads the name elsewhere by hand, and publishes it. */
  leadByHand(target: string): void {
    const found = this.of("A", DNS_NAME);
    for (const record of found) this.staged.set(record.id, { ...record, target });
    if (found.length === 0) this.put("A", DNS_NAME, target);
    this.refresh();
  }

  private readonly list = ({ query }: FakeRequest): FakeReply => {
    const [type, pattern] = [query.get("fieldType"), query.get("subDomain")];
    const found = [...this.staged.values()].filter((record) => {
      const isName = pattern === null || isLike(record.subDomain, pattern);
      return isName && (type === null || record.fieldType === type);
    });
    return { status: 200, body: found.map(({ id }) => id) };
  };

  private readonly create = ({ body }: FakeRequest): FakeReply => {
    const given = body as Omit<FakeRecord, "id">;
    const wrong = this.wrongIn(given.fieldType, given);
    if (wrong !== undefined) return wrong;
    const target = quoted(given.fieldType, given.target);
    const record = this.put(given.fieldType, given.subDomain, target, given.ttl);
    return { status: 200, body: { ...record, zone: DNS_ZONE } };
  };

  private readonly change = ({ params, body }: FakeRequest): FakeReply => {
    const record = this.staged.get(Number(params[1]));
    if (record === undefined) return missing("record");
    const given = body as Partial<FakeRecord>;
    const wrong = this.wrongIn(record.fieldType, given);
    if (wrong !== undefined) return wrong;
    const stranger = Object.keys(given).find((key) => !EDITABLE.has(key));
    if (stranger !== undefined) return ovhNewStyle(400, "BadRequest", `${stranger} is not editable`);
    const target = quoted(record.fieldType, given.target ?? record.target);
    this.staged.set(record.id, { ...record, ...given, target });
    return { status: 200 };
  };

  private wrongIn(type: string, { target, ttl }: Partial<FakeRecord>): FakeReply | undefined {
    if (ttl !== undefined && ttl < 60) return ovhNewStyle(400, "BadRequest", "Invalid TTL: 60 at least");
    const isBad = type === "A" && target !== undefined && !IPV4.test(target);
    return isBad ? ovhNewStyle(400, "BadRequest", "Invalid target for a record of type A") : undefined;
  }

  routes(): readonly FakeRoute[] {
    const at = (path: string) => new RegExp(`^/domain/zone/([^/]+)${path}$`);
    const one = (request: FakeRequest, deed: (record: FakeRecord) => FakeReply): FakeReply => {
      const record = this.staged.get(Number(request.params[1]));
      return record === undefined ? missing("record") : deed(record);
    };
    const all: readonly (readonly [string, RegExp, (request: FakeRequest) => FakeReply])[] = [
      ["GET", at("/record"), this.list],
      [
        "GET",
        at("/record/(\\d+)"),
        (request) => one(request, (record) => ({ status: 200, body: { ...record, zone: DNS_ZONE } })),
      ],
      ["POST", at("/record"), this.create],
      ["PUT", at("/record/(\\d+)"), this.change],
      [
        "DELETE",
        at("/record/(\\d+)"),
        (request) =>
          one(request, ({ id }) => {
            this.staged.delete(id);
            return { status: 200 };
          }),
      ],
      [
        "POST",
        at("/refresh"),
        () => {
          this.refresh();
          return { status: 200 };
        },
      ],
    ];
    return all.map(([method, pattern, handle]): FakeRoute => {
      const checked = (request: FakeRequest) =>
        request.params[0] === DNS_ZONE ? handle(request) : missing("zone");
      return [method, pattern, checked];
    });
  }
}

/** OVHcloud gives TXT records back in quotes. */
const quoted = (type: string, target: string): string =>
  type === "TXT" && !target.startsWith('"') ? `"${target}"` : target;
const missing = (what: string): FakeReply =>
  ovhNewStyle(404, `NotFound::${what}`, `The requested object (${what}) does not exist`);

export interface OpenZone {
  readonly zone: FakeZone;
  readonly auth: OvhAuth;
  /** `http://127.0.0.1:PORT`; the API is at `/1.0`. */
  readonly base: string;
  /** Every request that came, in order: METHOD PATH. */
  readonly requests: readonly string[];
  /** @throws Error with everything that was against OVHcloud's document. */
  close(): Promise<void>;
}

/** An empty zone. */
export async function openFakeZone(secret: string): Promise<OpenZone> {
  const zone = new FakeZone();
  const contract = openContract(DOMAIN_DOCUMENT);
  const unknown = () => ovhNewStyle(404, "NotFound", "Got an invalid (or empty) URL");
  const { api, auth } = await openOvhFake({ secret, contract, routes: zone.routes(), unknown });
  return { zone, auth, base: api.base, requests: api.requests, close: () => api.close() };
}
