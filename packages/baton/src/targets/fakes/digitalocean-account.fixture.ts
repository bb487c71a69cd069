// Who may ask DigitalOcean what, and how often: tokens, scopes and limits as the vendor has them, for tests.
import { randomUUID } from "node:crypto";
import { TEST_SECRET } from "../surroundings.fixture.ts";
import type { FakeReply, FakeRequest } from "./fake-api.fixture.ts";

/** What is due happens when somebody looks, in order: nothing runs behind a test's back. */
export class Timeline {
  private events: { readonly atMs: number; readonly deed: () => void }[] = [];
  later(ms: number, deed: () => void): void {
    this.events.push({ atMs: performance.now() + ms, deed });
  }
  /** Nothing that was begun is still to happen. */
  isIdle(): boolean {
    this.settle();
    return this.events.length === 0;
  }
  settle(): void {
    const nowMs = performance.now();
    const due = this.events.filter(({ atMs }) => atMs <= nowMs);
    this.events = this.events.filter(({ atMs }) => atMs > nowMs);
    for (const { deed } of due.toSorted((one, other) => one.atMs - other.atMs)) deed();
  }
}

/** Each with a number of its own, as the vendor's support wants it. */
export const failure = (status: number, id: string, message: string): FakeReply => ({
  status,
  body: { id, message, request_id: randomUUID() },
});
export const notFound = (): FakeReply =>
  failure(404, "not_found", "The resource you were accessing could not be found.");
export const unprocessable = (message: string): FakeReply =>
  failure(422, "unprocessable_entity", message);

const SCOPES: readonly (readonly [
  pattern: RegExp,
  resource: string,
  write: Readonly<Record<string, string>>,
])[] = [
  [/^\/v2\/tags\//, "tag", { POST: "create", DELETE: "delete" }],
  [/^\/v2\/domains\//, "domain", {}],
  [/^\/v2\/droplets\//, "droplet", {}],
  [/^\/v2\/reserved_ips\//, "reserved_ip", {}],
  [/^\/v2\/load_balancers\//, "load_balancer", {}],
];

function scopeOf({ method, path }: FakeRequest): string | undefined {
  const found = SCOPES.find(([pattern]) => pattern.test(path));
  if (found === undefined) return undefined;
  const [, resource, write] = found;
  return `${resource}:${method === "GET" ? "read" : (write[method] ?? "update")}`;
}

const LIMIT = 5_000;

export class FakeAccount {
  isRevoked = false;
  /** Scopes that the token lacks. */
  readonly withheld = new Set<string>();
  left = LIMIT;
  /** `hour` has no retry-after, only the time when the oldest request is forgotten; seconds from now. */
  limited: { readonly kind: "burst" | "hour"; readonly seconds: number } | undefined;

  headers(): Readonly<Record<string, string>> {
    const seconds = this.limited?.seconds ?? 3_600;
    return {
      "ratelimit-limit": String(LIMIT),
      "ratelimit-remaining": String(this.left),
      "ratelimit-reset": String(Math.ceil(Date.now() / 1_000) + seconds),
    };
  }

  /** What is answered before anything is looked at; undefined when the request may go on. */
  judge(request: FakeRequest): FakeReply | undefined {
    const isKnown = request.headers.authorization === `Bearer ${TEST_SECRET}`;
    if (this.isRevoked || !isKnown) return failure(401, "unauthorized", "Unable to authenticate you");
    if (this.limited !== undefined) {
      const { kind, seconds } = this.limited;
      const after: Readonly<Record<string, string>> =
        kind === "burst" ? { "retry-after": String(seconds) } : {};
      const reply = failure(429, "too_many_requests", "API rate limit exceeded.");
      return { ...reply, headers: { ...this.headers(), ...after } };
    }
    this.left -= 1;
    const scope = scopeOf(request);
    if (scope === undefined || !this.withheld.has(scope)) return undefined;
    return failure(403, "forbidden", `You are missing the required permission ${scope}.`);
  }
}
