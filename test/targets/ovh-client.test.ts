// The door to OVHcloud's API against a copy of it that checks every signature and token.
import { afterEach, expect, test } from "vitest";
import { openPacers } from "../../packages/baton/src/targets/api/pacer.ts";
import { type ApiRefusal, textOf } from "../../packages/baton/src/targets/api/refusal.ts";
import { openOvhFake, type OvhFake } from "../../packages/baton/src/targets/fakes/ovh-auth.fixture.ts";
import { ovhDns } from "../../packages/baton/src/targets/kinds/ovh-dns.ts";
import { TEST_SECRET, testSurroundings } from "../../packages/baton/src/targets/surroundings.fixture.ts";
import type { Surroundings } from "../../packages/baton/src/targets/target.ts";
import { openOvh, type Ovh } from "../../packages/baton/src/targets/vendors/ovh/client.ts";
import { systemClock } from "../../packages/baton/src/sys/clock.ts";

const TEN_MINUTES_MS = 600_000;
const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close();
});

interface Scene extends OvhFake {
  readonly ovh: Ovh;
  /** What was posted. */
  readonly bodies: readonly unknown[];
  /** How often a path was asked for. */
  asked(path: string): number;
}

interface SceneOptions {
  readonly settings?: Readonly<Record<string, unknown>>;
  readonly surroundings?: Partial<Surroundings>;
  readonly monotonicMs?: () => number;
}

async function scene({
  settings = {},
  surroundings = {},
  monotonicMs,
}: SceneOptions = {}): Promise<Scene> {
  const thing = /^\/thing$/;
  const bodies: unknown[] = [];
  const hello = () => ({ status: 200, isUndocumented: true, body: { hello: "you" } });
  const fake = await openOvhFake({
    secret: TEST_SECRET,
    contract: undefined,
    routes: [
      ["GET", thing, hello],
      [
        "POST",
        thing,
        ({ body }) => {
          bodies.push(body);
          return hello();
        },
      ],
    ],
    // As a gateway may do that says too much.
    unknown: ({ headers }) => ({
      status: 404,
      isUndocumented: true,
      body: { class: "Client::NotFound", message: `you sent ${JSON.stringify(headers)}` },
    }),
  });
  const { base } = fake.api;
  const access = ovhDns.settings.parse({
    zone: "example.org",
    subDomain: "redis",
    endpoint: `${base}/1.0`,
    tokenUrl: `${base}/auth/oauth2/token`,
    ...settings,
  });
  const ovh = await openOvh(access, testSurroundings(surroundings), monotonicMs);
  closers.push(() => fake.api.close());
  closers.push(() => ovh.close());
  const asked = (path: string) => fake.api.requests.filter((one) => one.endsWith(path)).length;
  return { ...fake, ovh, asked, bodies };
}

const soon = () => AbortSignal.timeout(10_000);
const thing = { method: "GET", path: "/thing?a=b%20c" } as const;
const message = async (ovh: Ovh): Promise<string> => {
  return await ovh.ask(thing, soon()).then(() => "", textOf);
};

test("signs what it sends, with and without a body", async () => {
  const { ovh, asked, bodies } = await scene();
  await ovh.ask(thing, soon());
  const body = { name: 'ü "quoted"', number: 1 };
  await ovh.ask({ method: "POST", path: "/thing", body }, soon());
  expect(bodies).toEqual([body]);
  expect(asked("/auth/time")).toBe(1);
});

test("is right with clocks that are 10 minutes off, its own or OVHcloud's", async () => {
  for (const offMs of [-TEN_MINUTES_MS, TEN_MINUTES_MS]) {
    const own = await scene({ surroundings: { wallMs: () => Date.now() + offMs } });
    await own.ovh.ask(thing, soon());
    const theirs = await scene();
    theirs.auth.skewMs = offMs;
    await theirs.ovh.ask(thing, soon());
    expect([own.asked("/auth/time"), theirs.asked("/auth/time")]).toEqual([1, 1]);
  }
});

test("learns the time again when OVHcloud says that it is wrong, and asks once more", async () => {
  const { ovh, auth, asked } = await scene();
  await ovh.ask(thing, soon());
  auth.skewMs = TEN_MINUTES_MS;
  await ovh.ask(thing, soon());
  expect(asked("/auth/time")).toBe(2);
  expect(asked("/thing?a=b%20c")).toBe(3);
});

test("learns the time again when the machine has slept or its clock was set", async () => {
  let setMs = 0;
  const { ovh, asked } = await scene({ surroundings: { wallMs: () => Date.now() + setMs } });
  await ovh.ask(thing, soon());
  setMs = 3_600_000;
  await ovh.ask(thing, soon());
  await ovh.ask(thing, soon());
  expect(asked("/auth/time")).toBe(2);
});

test("says what a refusal means, with OVHcloud's number of the query, and no secret", async () => {
  const { ovh, auth } = await scene();
  const cases: readonly (readonly [() => void, RegExp])[] = [
    [
      () => (auth.status = "refused"),
      /403: INVALID_CREDENTIAL: This credential is not valid; .*new consumer key/,
    ],
    [() => (auth.status = "expired"), /403: INVALID_CREDENTIAL/],
    [
      () => {
        auth.status = "validated";
        auth.rules = [{ method: "PUT", path: "/thing" }];
      },
      /NOT_GRANTED_CALL: .*; the consumer key has no access rule for GET \/thing /,
    ],
  ];
  for (const [deed, pattern] of cases) {
    deed();
    const said = await message(ovh);
    expect(said).toMatch(pattern);
    expect(said).toMatch(
      /^OVHcloud: GET \/thing is answered with 403: .*\(X-Ovh-QueryID EU\.fake-1\.\d+\)$/,
    );
    expect(said).not.toContain(TEST_SECRET);
  }
});

test("reads errors of the old style and the new one, and pages of balancers", async () => {
  const { ovh, auth } = await scene();
  const old = { errorCode: "INTERNAL", httpCode: "500 Internal Server Error", message: "Oops" };
  const fresh = { class: "Server::InternalServerError", message: "Internal server error" };
  const replies = [
    [{ status: 500, body: old }, /500: INTERNAL: Oops \(X-Ovh/],
    [{ status: 500, body: fresh }, /500: Server::InternalServerError: Internal server error \(X-Ovh/],
    [{ status: 408, body: { message: "Request Timeout" } }, /408: Request Timeout \(X-Ovh/],
    [{ status: 502, body: "<html><h1>Bad Gateway</h1></html>" }, /502: Bad Gateway \(X-Ovh/],
    [{ status: 400, body: { message: 7 } }, /400: \{"message":7\} \(X-Ovh/],
  ] as const;
  for (const [reply, pattern] of replies) {
    auth.next.push({ ...reply, isUndocumented: true });
    expect(await message(ovh)).toMatch(pattern);
  }
});

test("repeats nothing that the vendor refuses: 408, 429 and 500 are asked once", async () => {
  const { ovh, auth, asked } = await scene();
  await ovh.ask(thing, soon());
  for (const status of [408, 429, 500]) {
    auth.next.push({ status, isUndocumented: true, body: { message: "not now" } });
    const before = asked("/thing?a=b%20c");
    await expect(ovh.ask(thing, soon())).rejects.toThrow(String(status));
    expect(asked("/thing?a=b%20c") - before).toBe(1);
  }
  const headers = { "retry-after": "7" };
  auth.next.push({ status: 429, isUndocumented: true, headers, body: { message: "not now" } });
  await expect(ovh.ask(thing, soon())).rejects.toMatchObject({ name: "TryLater", afterMs: 7_000 });
});

test("a wrong application secret counts as credentials: they are read again", async () => {
  const wrong = (_what: string, reference: { readonly kind: string }) => {
    const isSecret = "name" in reference && reference.name === "OVH_APPLICATION_SECRET";
    return Promise.resolve(isSecret ? "something-else" : TEST_SECRET);
  };
  const { ovh } = await scene({ surroundings: { readSecret: wrong } });
  const error = (await ovh.ask(thing, soon()).catch((one: unknown) => one)) as ApiRefusal;
  expect(error.status).toBe(401);
  expect(error.message).toMatch(/INVALID_SIGNATURE.*application secret or the consumer key/);
});

test("a service account uses one token until shortly before its end", async () => {
  let passedMs = 0;
  const monotonicMs = () => systemClock.monotonicMs() + passedMs;
  const { ovh, auth, asked } = await scene({
    settings: { credentials: "service-account" },
    monotonicMs,
  });
  for (let count = 0; count < 5; count += 1) await ovh.ask(thing, soon());
  expect(auth.tokens()).toBe(1);
  passedMs = 3_545_000;
  await ovh.ask(thing, soon());
  expect(auth.tokens()).toBe(2);
  expect(asked("/auth/time")).toBe(0);
});

test("a service account gets a new token when the old one was revoked, and asks once more", async () => {
  let passedMs = 0;
  const monotonicMs = () => systemClock.monotonicMs() + passedMs;
  const { ovh, auth } = await scene({ settings: { credentials: "service-account" }, monotonicMs });
  await ovh.ask(thing, soon());
  auth.revokeTokens();
  passedMs = 60_000;
  await ovh.ask(thing, soon());
  expect(auth.tokens()).toBe(2);
});

test("a service account that may not is told so, without its token", async () => {
  const { ovh, auth } = await scene({ settings: { credentials: "service-account" } });
  auth.rules = [];
  expect(await message(ovh)).toMatch(/403: Client::Forbidden: .*IAM policy of these credentials/);
  const [rights] = await ovh.prove({ rules: [], actions: ["dnsZone:apiovh:refresh"] }, soon());
  expect(rights).toMatchObject({ verdict: "unknown" });
  expect(rights?.sentence).toMatch(/dnsZone:apiovh:refresh$/);
});

test("no message holds a key or a token, not even where the other side repeats them", async () => {
  for (const credentials of ["application", "service-account"]) {
    const { ovh } = await scene({ settings: { credentials } });
    const error = (await ovh
      .ask({ method: "GET", path: "/nowhere" }, soon())
      .catch((one: unknown) => one)) as ApiRefusal;
    expect(error.status).toBe(404);
    const told = `${error.message} ${error.body}`;
    expect(told).toContain("***");
    expect(told).not.toContain(TEST_SECRET);
    expect(told).not.toMatch(/Bearer [^*]/);
  }
});

test("proves a consumer key: its status, its end, its rules", async () => {
  const { ovh, auth } = await scene();
  const needs = { rules: [{ method: "GET", path: "/thing" } as const], actions: [] };
  const told = async () =>
    (await ovh.prove(needs, soon())).map(({ verdict, sentence }) => `${verdict}: ${sentence}`);
  expect((await told())[0]).toBe("right: the consumer key is valid and does not expire");
  expect((await told())[1]).toMatch(/all 1 access rules, and far more than those: GET \/\*/);
  auth.rules = [{ method: "GET", path: "/thing" }];
  const days = (count: number) => new Date(Date.now() + count * 86_400_000).toISOString();
  auth.expiration = days(100);
  expect((await told())[0]).toMatch(/^right: the consumer key is valid until \d{4}-\d\d-\d\d$/);
  auth.expiration = days(3);
  expect((await told())[0]).toMatch(/^right: .* make a new one, .* before that$/);
  auth.expiration = days(-1);
  expect((await told())[0]).toMatch(/^problem: the consumer key has expired/);
  auth.rules = [];
  expect((await told())[1]).toBe("problem: the consumer key lacks the access rule GET /thing");
  auth.status = "expired";
  expect(await told()).toEqual([expect.stringMatching(/^problem: .*INVALID_CREDENTIAL/)]);
});

test("keeps to two requests a second", async () => {
  const { ovh } = await scene({ surroundings: { pacerOf: openPacers(systemClock) } });
  const startedMs = performance.now();
  for (let count = 0; count < 34; count += 1) await ovh.ask(thing, soon());
  // One more asks for the time; thirty may go at once, as a change of a load balancer needs them.
  expect(performance.now() - startedMs).toBeGreaterThan(2_400);
});
