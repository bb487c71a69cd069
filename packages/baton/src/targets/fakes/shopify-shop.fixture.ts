// One shop of the copy of Shopify: an installation of the app, its metafields, its bucket of points, and what
// may ail it.
import { createHash } from "node:crypto";

const BUCKET_POINTS = 2_000;
const APP_ID = "1234567";

interface Metafield {
  readonly id: string;
  readonly namespace: string;
  readonly key: string;
  readonly type: string;
  readonly value: string;
  readonly updatedAt: string;
}

interface Input {
  readonly ownerId: string;
  readonly namespace?: string | null;
  readonly key: string;
  readonly type?: string | null;
  readonly value: string;
  /** null: only if there is none. Absent: whatever there is. */
  readonly compareDigest?: string | null;
}

interface UserError {
  readonly code: string;
  readonly field: readonly string[];
  readonly message: string;
  readonly elementIndex: null;
}

/** A digest is one of the value: who writes the same again leaves it as it was. */
const digestOf = (value: string) => createHash("sha256").update(value).digest("hex");

/** `$app:failover` is app--1234567--failover for Shopify. */
function wholeNamespace(namespace: string | null | undefined): string {
  const [, own] = /^\$app(?::(.+))?$/.exec(namespace ?? "$app") ?? [];
  const isOwn = namespace === null || namespace === undefined || namespace.startsWith("$app");
  if (!isOwn) return namespace;
  return own === undefined ? `app--${APP_ID}` : `app--${APP_ID}--${own}`;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** Where an app would be led by such a value; undefined for what is no endpoint. */
export function placeIn(value: string): string | undefined {
  const found = (parsed(value) ?? {}) as { readonly host?: string; readonly port?: number };
  const { host, port } = found;
  return host === undefined || port === undefined ? undefined : `${host}:${port}`;
}

export type Ailment =
  | { readonly kind: "none" }
  /** Answered so, whatever is asked. */
  | { readonly kind: "status"; readonly status: number; readonly body: unknown }
  /** Status 200, and an error of GraphQL. */
  | { readonly kind: "error"; readonly code: string; readonly message: string }
  /** Changes are refused in userErrors; looks are answered. */
  | { readonly kind: "user-error"; readonly code: string; readonly message: string }
  /** Somebody else changes the value between each look and its change. */
  | { readonly kind: "raced" }
  /** Never answers. */
  | { readonly kind: "silent" };

export class FakeShop {
  readonly domain: string;
  /** Every ADDRESS:PORT that the app has been led to, in order. */
  readonly history: string[] = [];
  readonly scopes: string[] = [];
  ailment: Ailment = { kind: "none" };
  /** As which version it answers; undefined: as asked. */
  servedVersion: string | undefined;
  isRevoked = false;
  /** With which tokens beside TEST_SECRET one may come. */
  readonly granted = new Set<string>();
  grants = 0;
  private readonly metafields = new Map<string, Metafield>();
  private points = BUCKET_POINTS;
  private restoreRate = 100;
  private countedAtMs = performance.now();
  private serial = 0;

  constructor(domain: string) {
    this.domain = domain;
  }

  get installation(): string {
    const digits = createHash("sha256").update(this.domain).digest().readUInt32BE(0);
    return `gid://shopify/AppInstallation/${digits}`;
  }

  value(key = "redis_endpoint"): string | undefined {
    return this.metafields.get(`${wholeNamespace("$app:failover")}/${key}`)?.value;
  }

  /** Written by somebody, past everything. */
  put(value: string, key = "redis_endpoint"): void {
    this.store({ namespace: wholeNamespace("$app:failover"), key, type: "json", value });
  }

  /** Deleted by somebody, past everything. */
  remove(key = "redis_endpoint"): void {
    this.metafields.delete(`${wholeNamespace("$app:failover")}/${key}`);
  }

  /** From now on the bucket holds so many points, and gains so many a second. */
  drain(points: number, restoreRate: number): void {
    this.points = points;
    this.restoreRate = restoreRate;
    this.countedAtMs = performance.now();
  }

  /** What a request costs is taken from the bucket; `isThrottled` when there is not enough in it. */
  charge(requestedQueryCost: number) {
    const nowMs = performance.now();
    const gained = ((nowMs - this.countedAtMs) / 1_000) * this.restoreRate;
    this.points = Math.min(BUCKET_POINTS, this.points + gained);
    this.countedAtMs = nowMs;
    const isThrottled = this.points < requestedQueryCost;
    if (!isThrottled) this.points -= requestedQueryCost;
    const throttleStatus = {
      maximumAvailable: BUCKET_POINTS,
      currentlyAvailable: Math.floor(this.points),
      restoreRate: this.restoreRate,
    };
    const actualQueryCost = isThrottled ? null : requestedQueryCost;
    return { isThrottled, cost: { requestedQueryCost, actualQueryCost, throttleStatus } };
  }

  /** What GraphQL's own resolvers call. */
  root() {
    return {
      currentAppInstallation: () => ({
        id: this.installation,
        accessScopes: this.scopes.map((handle) => ({ handle })),
        metafield: ({
          namespace,
          key,
        }: {
          readonly namespace?: string | null;
          readonly key: string;
        }) => {
          const found = this.metafields.get(`${wholeNamespace(namespace)}/${key}`);
          return found === undefined ? null : { ...found, compareDigest: digestOf(found.value) };
        },
      }),
      metafieldsSet: ({ metafields }: { readonly metafields: readonly Input[] }) => this.set(metafields),
    };
  }

  /** All or none of them. */
  private set(inputs: readonly Input[]) {
    const { ailment } = this;
    if (ailment.kind === "raced") this.put(`{"host":"10.66.0.1","port":1,"race":${this.serial}}`);
    const userErrors = inputs.flatMap((input, index) => this.refusalOf(input, index) ?? []);
    if (userErrors.length > 0) return { metafields: null, userErrors };
    const metafields = inputs.map(({ namespace, key, type, value }) => {
      return this.store({ namespace: wholeNamespace(namespace), key, type: type ?? "json", value });
    });
    return {
      metafields: metafields.map((one) => ({ ...one, compareDigest: digestOf(one.value) })),
      userErrors: [],
    };
  }

  private store(field: Omit<Metafield, "id" | "updatedAt">): Metafield {
    const { namespace, key } = field;
    const path = `${namespace}/${key}`;
    this.serial += 1;
    const id = this.metafields.get(path)?.id ?? `gid://shopify/Metafield/${this.serial}`;
    const kept = { ...field, id, updatedAt: new Date().toISOString() };
    this.metafields.set(path, kept);
    const place = placeIn(field.value);
    if (place !== undefined) this.history.push(place);
    return kept;
  }

  private refusalOf(input: Input, index: number): UserError | undefined {
    const { ailment } = this;
    const refuse = (code: string, message: string): UserError => {
      return { code, field: ["metafields", String(index)], message, elementIndex: null };
    };
    if (ailment.kind === "user-error") return refuse(ailment.code, ailment.message);
    if (input.ownerId !== this.installation) return refuse("APP_NOT_AUTHORIZED", "Not this app's own.");
    if (parsed(input.value) === undefined) return refuse("INVALID_VALUE", "Value is invalid JSON.");
    const there = this.metafields.get(`${wholeNamespace(input.namespace)}/${input.key}`);
    const { compareDigest } = input;
    if (compareDigest === undefined) return undefined;
    if (typeof compareDigest === "string" && there === undefined) {
      return refuse("INVALID_COMPARE_DIGEST", "There is nothing that it could be the digest of.");
    }
    const present = there === undefined ? null : digestOf(there.value);
    return present === compareDigest
      ? undefined
      : refuse("STALE_OBJECT", "Changed since it was loaded.");
  }
}
