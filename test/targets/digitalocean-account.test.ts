// What holds for every DigitalOcean target: tokens, scopes, limits, and where the token may go.
import { afterEach, describe, expect, test } from "vitest";
import {
  openSubject,
  type Part,
  type PartSubject,
  whyNoDigitalOcean,
} from "../../packages/baton/src/targets/fakes/digitalocean.fixture.ts";
import { DOMAIN } from "../../packages/baton/src/targets/fakes/digitalocean-dns.fixture.ts";
import { dropletSettings } from "../../packages/baton/src/targets/fakes/digitalocean-droplets.fixture.ts";
import { LOAD_BALANCER } from "../../packages/baton/src/targets/fakes/digitalocean-load-balancer.fixture.ts";
import { RESERVED_IP } from "../../packages/baton/src/targets/fakes/digitalocean-reserved-ip.fixture.ts";
import { digitaloceanDns } from "../../packages/baton/src/targets/kinds/digitalocean-dns.ts";
import { digitaloceanBalancer } from "../../packages/baton/src/targets/kinds/digitalocean-load-balancer.ts";
import { digitaloceanReservedIp } from "../../packages/baton/src/targets/kinds/digitalocean-reserved-ip.ts";
import { testNodes, testSurroundings } from "../../packages/baton/src/targets/surroundings.fixture.ts";
import {
  NOBODY,
  type Target,
  type TargetKind,
  TryLater,
} from "../../packages/baton/src/targets/target.ts";

interface Case {
  readonly kind: TargetKind;
  readonly part: Part;
  readonly settings: Readonly<Record<string, unknown>>;
  readonly scopes: { readonly read: string; readonly write: string };
}
const CASES: readonly Case[] = [
  {
    kind: digitaloceanDns,
    part: "domain",
    settings: { domain: DOMAIN, record: "redis" },
    scopes: { read: "domain:read", write: "domain:update" },
  },
  {
    kind: digitaloceanBalancer,
    part: "loadBalancer",
    settings: { loadBalancer: LOAD_BALANCER, droplets: dropletSettings },
    scopes: { read: "load_balancer:read", write: "load_balancer:update" },
  },
  {
    kind: digitaloceanReservedIp,
    part: "reservedIp",
    settings: { address: RESERVED_IP, droplets: dropletSettings },
    scopes: { read: "reserved_ip:read", write: "reserved_ip:update" },
  },
];

const endings: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const end of endings.splice(0).toReversed()) await end();
});

async function open({ kind, part, settings }: Case): Promise<{ subject: PartSubject; target: Target }> {
  const subject = await openSubject(part, settings);
  endings.push(() => subject.close());
  const door = await subject.openDoor();
  endings.push(() => door.close());
  const target = await kind.open(kind.settings.parse(door.settings), testSurroundings());
  endings.push(async () => target.close?.());
  return { subject, target };
}

const limit = () => AbortSignal.timeout(10_000);
const change = {
  group: "main",
  endpoint: testNodes[0]?.endpoint ?? NOBODY,
  epoch: 1,
  from: undefined,
  role: "leader",
} as const;
const failureOf = async (deed: Promise<unknown> | undefined): Promise<unknown> => {
  try {
    return await deed;
  } catch (error) {
    return error;
  }
};

test("every request and reply of these tests is held against DigitalOcean's own document", (context) => {
  context.skip(whyNoDigitalOcean !== undefined, whyNoDigitalOcean);
  expect(whyNoDigitalOcean).toBeUndefined();
});

describe.each(CASES)("$kind.id", (one) => {
  test("names the scope that the token lacks", async () => {
    const { subject, target } = await open(one);
    subject.cloud.account.withheld.add(one.scopes.write);
    const writing = await failureOf(target.write(change, limit()));
    expect((writing as Error).message).toContain(`the token needs the scope ${one.scopes.write}`);
    subject.cloud.account.withheld.add(one.scopes.read);
    const reading = await failureOf(target.read?.(limit()));
    expect((reading as Error).message).toContain(`the token needs the scope ${one.scopes.read}`);
    const proofs = await target.prove?.(limit());
    expect(proofs).toMatchObject([{ verdict: "problem" }]);
  });

  test("says that the token is worth nothing any more", async () => {
    const { subject, target } = await open(one);
    await subject.revoke?.();
    const [proof, ...more] = (await target.prove?.(limit())) ?? [];
    expect(proof).toMatchObject({ verdict: "problem" });
    expect(proof?.sentence).toMatch(/401.*the token is not valid, or not any more/);
    expect(more).toEqual([]);
  });

  test("waits for the time that a limit says, in a header of the vendor's own too", async () => {
    const { subject, target } = await open(one);
    const { account } = subject.cloud;
    for (const kind of ["burst", "hour"] as const) {
      account.limited = { kind, seconds: 20 };
      const error = await failureOf(target.read?.(limit()));
      expect(error).toBeInstanceOf(TryLater);
      expect((error as TryLater).afterMs).toBeGreaterThan(18_000);
      expect((error as TryLater).afterMs).toBeLessThan(22_000);
    }
    account.limited = { kind: "hour", seconds: 3_600 };
    const longest = await failureOf(target.read?.(limit()));
    expect((longest as TryLater).afterMs).toBe(120_000);
  });

  test("says how many requests are left, and asks nothing that its scopes do not cover", async () => {
    const { subject, target } = await open(one);
    const budgetOf = async () =>
      (await target.prove?.(limit()))?.find(({ sentence }) => /5000/.test(sentence));
    expect(await budgetOf()).toMatchObject({ verdict: "right" });
    subject.cloud.account.left = 100;
    expect(await budgetOf()).toMatchObject({ verdict: "problem" });
    expect(subject.cloud.requests.filter((path) => path.includes("/account"))).toEqual([]);
  });

  test("sends its token in the clear to nobody else", () => {
    const takes = (endpoint: string) =>
      one.kind.settings.safeParse({ ...one.settings, endpoint }).success;
    const safe = [
      "https://gateway.example.com/digitalocean/",
      "http://127.0.0.1:8080",
      "http://[::1]:8080",
    ];
    expect(safe.filter((endpoint) => !takes(endpoint))).toEqual([]);
    const unsafe = [
      "http://api.digitalocean.com",
      "http://127.0.0.1.example.com",
      "https://user@api.digitalocean.com",
      "https://api.digitalocean.com/?to=elsewhere",
      "ftp://api.digitalocean.com",
      "api.digitalocean.com",
    ];
    expect(unsafe.filter(takes)).toEqual([]);
  });
});
