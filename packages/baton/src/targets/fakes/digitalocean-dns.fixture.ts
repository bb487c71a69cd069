// A domain of DigitalOcean with its records, in pages, for tests.
import { notFound, unprocessable } from "./digitalocean-account.fixture.ts";
import type { FakeReply, FakeRequest, FakeRoute } from "./fake-api.fixture.ts";

export const DOMAIN = "example.com";

export interface FakeRecord {
  readonly id: number;
  readonly type: string;
  readonly name: string;
  data: string;
  ttl: number;
}

const PORT = 6379;
const TTL_LEAST = 30;

export class FakeDomain {
  private ids = 28_448_429;
  /** No page is longer, whatever is asked for. */
  perPageMax = 200;
  /** Whether the filter by name is heard. */
  isFiltering = true;
  /** What of the name `redis` clients could have been told. */
  readonly history: string[] = [];
  readonly records: FakeRecord[] = [];
  readonly routes: readonly FakeRoute[] = [
    [
      "GET",
      /^\/v2\/domains\/([^/]+)\/records$/,
      (request) => this.ifOwn(request, () => this.page(request)),
    ],
    [
      "POST",
      /^\/v2\/domains\/([^/]+)\/records$/,
      (request) => this.ifOwn(request, () => this.make(request)),
    ],
    [
      "PATCH",
      /^\/v2\/domains\/([^/]+)\/records\/(\d+)$/,
      (request) => this.ifOwn(request, () => this.change(request)),
    ],
    [
      "DELETE",
      /^\/v2\/domains\/([^/]+)\/records\/(\d+)$/,
      (request) => this.ifOwn(request, () => this.remove(request)),
    ],
  ];

  constructor() {
    this.add({ type: "NS", name: "@", data: "ns1.digitalocean.com", ttl: 1_800 });
    this.add({ type: "TXT", name: "@", data: "v=spf1 -all", ttl: 3_600 });
    this.add({ type: "A", name: "www", data: "203.0.113.9", ttl: 1_800 });
  }

  add(record: Omit<FakeRecord, "id">): FakeRecord {
    this.ids += 1;
    const added = { id: this.ids, ...record };
    this.records.push(added);
    this.note();
    return added;
  }

  named(type: string, name = "redis"): readonly FakeRecord[] {
    return this.records.filter((one) => one.type === type && one.name === name);
  }

  /** At once, as somebody with a token of his own. */
  lead(address: string): void {
    const [first] = this.named("A");
    if (first === undefined) this.add({ type: "A", name: "redis", data: address, ttl: 30 });
    else first.data = address;
    this.note();
  }

  place(): string | undefined {
    const [first] = this.named("A");
    return first && `${first.data}:${PORT}`;
  }

  private note(): void {
    for (const { data } of this.named("A")) {
      const place = `${data}:${PORT}`;
      if (this.history.at(-1) !== place) this.history.push(place);
    }
  }

  private ifOwn({ params: [domain] }: FakeRequest, answer: () => FakeReply): FakeReply {
    return domain === DOMAIN ? answer() : notFound();
  }

  private page({ query, url }: FakeRequest): FakeReply {
    const asked = query.get("name");
    const relative = asked === DOMAIN ? "@" : asked?.replace(`.${DOMAIN}`, "");
    const all = this.records.filter(
      ({ name }) => !this.isFiltering || asked === null || name === relative,
    );
    const size = Math.min(Number(query.get("per_page") ?? 20), this.perPageMax);
    const number = Number(query.get("page") ?? 1);
    const last = Math.max(1, Math.ceil(all.length / size));
    const linkTo = (page: number) => {
      const link = new URL(url);
      link.searchParams.set("page", String(page));
      return link.href;
    };
    const pages = number < last ? { next: linkTo(number + 1), last: linkTo(last) } : {};
    const some = all.slice((number - 1) * size, number * size).map(described);
    return {
      status: 200,
      body: { domain_records: some, links: { pages }, meta: { total: all.length } },
    };
  }

  private make({ body }: FakeRequest): FakeReply {
    type Sent = Omit<FakeRecord, "id" | "ttl"> & { readonly ttl?: number };
    const { type, name, data, ttl = 1_800 } = body as Sent;
    if (ttl < TTL_LEAST) return unprocessable("TTL should be greater than or equal to 30.");
    const hasAlias = this.named("CNAME", name).length > 0;
    if (hasAlias) return unprocessable("CNAME records cannot share a name with other records.");
    return { status: 201, body: { domain_record: described(this.add({ type, name, data, ttl })) } };
  }

  private change({ params, body }: FakeRequest): FakeReply {
    const found = this.records.find(({ id }) => id === Number(params[1]));
    if (found === undefined) return notFound();
    const { type, data, ttl } = body as { type?: unknown; data?: string; ttl?: number };
    if (type !== found.type) return unprocessable("Record type can't be changed.");
    if (ttl !== undefined && ttl < TTL_LEAST) {
      return unprocessable("TTL should be greater than or equal to 30.");
    }
    found.data = data ?? found.data;
    found.ttl = ttl ?? found.ttl;
    this.note();
    return { status: 200, body: { domain_record: described(found) } };
  }

  private remove({ params }: FakeRequest): FakeReply {
    const index = this.records.findIndex(({ id }) => id === Number(params[1]));
    if (index < 0) return notFound();
    this.records.splice(index, 1);
    this.note();
    return { status: 204 };
  }
}

const described = (one: FakeRecord): unknown => ({
  ...one,
  priority: null,
  port: null,
  weight: null,
  flags: null,
  tag: null,
});
