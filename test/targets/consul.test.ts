// The promises of a shared target, kept by the one for Consul against a copy of ours that follows the manual;
// no Consul can be had here.
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { place } from "../../packages/baton/src/targets/bench.fixture.ts";
import { sharedConformance } from "../../packages/baton/src/targets/conformance-shared.fixture.ts";
import {
  type FakeConsul,
  openFakeConsul,
} from "../../packages/baton/src/targets/fakes/consul.fixture.ts";
import { openHttpDoor } from "../../packages/baton/src/targets/fakes/door.fixture.ts";
import { consul } from "../../packages/baton/src/targets/kinds/consul.ts";
import type { SharedSubject } from "../../packages/baton/src/targets/shared-stage.fixture.ts";
import { TEST_SECRET, testSurroundings } from "../../packages/baton/src/targets/surroundings.fixture.ts";
import type { Change, Target } from "../../packages/baton/src/targets/target.ts";

const KEY = "redis/primary";
const TOKEN = { accessor: "6a1253d2-1785-24fd-91c2-f8e78c745511", may: "write" } as const;
const change: Change = {
  group: "main",
  endpoint: { address: "10.9.0.2", port: 6379 },
  epoch: 7,
  from: undefined,
  role: "leader",
};
const VALUE = '{"group":"main","address":"10.9.0.2","port":6379,"epoch":7}';
const within = (ms = 5_000) => AbortSignal.timeout(ms);

function placeIn(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  const { address, port } = JSON.parse(text) as { readonly address: string; readonly port: number };
  return `${address}:${port}`;
}

async function openConsulPlace(): Promise<SharedSubject> {
  const fake = await openFakeConsul();
  fake.state.areAclsOn = true;
  fake.state.tokens.set(TEST_SECRET, TOKEN);
  return {
    openDoor: () =>
      openHttpDoor({
        upstream: fake.api.base,
        settingsOf: (endpoint) => ({
          endpoint,
          key: KEY,
          token: { env: "ANY" },
          datacenter: "dc1",
          timeout: "2s",
          checkEvery: "1s",
        }),
      }),
    shown: () => new Promise((resolve) => setImmediate(() => resolve(placeIn(fake.textOf(KEY))))),
    history: () => Promise.resolve(fake.history),
    meddle(host) {
      const [address] = place(host).split(":");
      const own = JSON.parse(fake.textOf(KEY) ?? "{}") as object;
      fake.put(KEY, JSON.stringify({ ...own, address }));
      return Promise.resolve();
    },
    revoke: () => Promise.resolve(void fake.state.tokens.delete(TEST_SECRET)),
    restore: () => Promise.resolve(void fake.state.tokens.set(TEST_SECRET, TOKEN)),
    close: () => fake.api.close(),
  };
}

sharedConformance(consul, { hasCredentials: true }, openConsulPlace);

describe("the target for Consul", () => {
  let fake: FakeConsul;
  let targets: Target[];
  beforeEach(async () => {
    fake = await openFakeConsul();
    targets = [];
  });
  afterEach(async () => {
    for (const target of targets) await target.close?.();
    await fake.api.close();
  });
  async function open(more: Readonly<Record<string, unknown>> = {}): Promise<Target> {
    const own = consul.settings.parse({ endpoint: fake.api.base, key: KEY, ...more });
    const target = await consul.open(
      own,
      testSurroundings({ wallMs: () => Date.parse("2026-11-22T12:00:00Z") }),
    );
    targets.push(target);
    return target;
  }
  const sentences = async (target: Target) =>
    (await target.prove?.(within()))?.map(({ verdict, sentence }) => `${verdict}: ${sentence}`) ?? [];
  const withAcls = (may: "write" | "read" | "nothing", endsAt?: string) => {
    fake.state.areAclsOn = true;
    const token = { ...TOKEN, may };
    fake.state.tokens.set(TEST_SECRET, endsAt === undefined ? token : { ...token, endsAt });
    return open({ token: { env: "ANY" } });
  };

  test("makes the key only where there is none, and changes it only as it was seen", async () => {
    const target = await open();
    await target.write(change, within());
    await target.write({ ...change, epoch: 8 }, within());
    const writes = fake.api.requests.filter((one) => one.startsWith("PUT"));
    expect(writes).toEqual([
      expect.stringMatching(/^PUT \/v1\/kv\/redis\/primary\?cas=0$/),
      expect.stringMatching(/^PUT \/v1\/kv\/redis\/primary\?cas=\d{3,}$/),
    ]);
    const reads = fake.api.requests.filter((one) => one.startsWith("GET"));
    expect(new Set(reads)).toEqual(new Set(["GET /v1/kv/redis/primary?consistent="]));
    expect(fake.textOf(KEY)).toBe(VALUE.replace('"epoch":7', '"epoch":8'));
  });

  test("refuses a newer epoch by itself, and writes nothing where it is right", async () => {
    fake.put(KEY, VALUE);
    const target = await open();
    await target.write(change, within());
    await expect(target.write({ ...change, epoch: 6 }, within())).rejects.toThrow(
      "holds epoch 7 (10.9.0.2:6379), and 6 is older",
    );
    expect(fake.api.requests.filter((one) => one.startsWith("PUT"))).toEqual([]);
  });

  test("is not deceived by the 200 of a miss: it says who was quicker, or is content", async () => {
    const door = await openHttpDoor({
      upstream: fake.api.base,
      settingsOf: (endpoint) => ({ endpoint }),
    });
    try {
      for (const [epoch, outcome] of [
        [9, "holds epoch 9 (10.9.0.3:6379), and 8 is older"],
        [5, "changed by somebody else between the look and the write"],
        [8, undefined],
      ] as const) {
        fake.put(KEY, VALUE.replace('"epoch":7', '"epoch":4'));
        const target = await open(door.settings);
        const held = door.holdWrite(1);
        const writing = target.write({ ...change, epoch: 8 }, within()).then(
          () => undefined,
          (error: unknown) => String(error),
        );
        await held.reached;
        const address = outcome === undefined ? "10.9.0.2" : "10.9.0.3";
        fake.put(KEY, JSON.stringify({ group: "main", address, port: 6379, epoch }));
        await held.release();
        if (outcome === undefined) expect(await writing).toBeUndefined();
        else expect(await writing).toContain(outcome);
        expect(fake.textOf(KEY)).toContain(`"epoch":${epoch}`);
      }
    } finally {
      await door.close();
    }
  });

  test("asks the datacenter it was given, and says which there are", async () => {
    fake.state.datacenters.push("dc2");
    const target = await open({ datacenter: "dc2" });
    await target.write(change, within());
    expect([fake.textOf(KEY, "dc1"), fake.textOf(KEY, "dc2")]).toEqual([undefined, VALUE]);
    expect(await sentences(target)).toContain("right: there is a datacenter dc2");
    const lost = await open({ datacenter: "dc3" });
    await expect(lost.read?.(within())).rejects.toThrow(/500: No path to datacenter/);
    expect(await sentences(lost)).toContain("problem: there is no datacenter dc3, only dc1, dc2");
  });

  test("without a leader writes nothing, and finds that before it is needed", async () => {
    const target = await open();
    fake.state.hasLeader = false;
    await expect(target.write(change, within())).rejects.toThrow(/500: No cluster leader/);
    expect((await sentences(target))[0]).toMatch(/^problem: 127.0.0.1:\d+: Consul has no leader$/);
    fake.state.hasLeader = true;
    await target.write(change, within());
    expect(fake.textOf(KEY)).toBe(VALUE);
  });

  test("says that a token may only read when it writes, and what no token can be asked", async () => {
    fake.put(KEY, VALUE);
    const target = await withAcls("read");
    const newer = { ...change, epoch: 8 };
    await expect(target.write(newer, within())).rejects.toThrow(/403.*lacks permission 'key:write'/);
    expect(await sentences(target)).toContain(
      `unknown: token ${TOKEN.accessor} has redis-primary: Consul tells no token its rights; ` +
        `one of them has to say key "${KEY}" { policy = "write" }`,
    );
  });

  test("finds a token without rights, one that ends soon, and one that nobody knows", async () => {
    expect((await sentences(await withAcls("nothing"))).at(-1)).toMatch(
      /^problem: Consul: .*lacks permission.*policy has to say key/,
    );
    const ending = await sentences(await withAcls("write", "2026-11-22T14:00:00Z"));
    expect(ending).toContain(`problem: token ${TOKEN.accessor} ends at 2026-11-22T14:00:00Z`);
    const lasting = await sentences(await withAcls("write", "2027-11-22T14:00:00Z"));
    expect(lasting.filter((one) => one.startsWith("problem"))).toEqual([]);
    fake.state.tokens.clear();
    expect((await sentences(await open({ token: { env: "ANY" } }))).join()).toMatch(
      /problem: the token: .*ACL not found/,
    );
  });

  test("says that ACLs are switched off where a token was given", async () => {
    const target = await open({ token: { env: "ANY" } });
    expect(await sentences(target)).toContain(
      `unknown: ACLs are switched off: whoever reaches Consul may change ${KEY}`,
    );
  });

  test.each([
    ["text", "10.9.0.1:6379", /holds something else than/],
    ["nothing", "", /holds something else than/],
    ["another group's", VALUE.replace("main", "cart"), /holds the primary of group cart/],
  ])("leaves alone what is not its own: %s", async (_what, text, pattern) => {
    fake.put(KEY, text);
    const target = await open();
    await expect(target.write({ ...change, epoch: 99 }, within())).rejects.toThrow(pattern);
    expect(fake.textOf(KEY)).toBe(text);
  });

  test("takes a proxy's 404 for no answer, and not for an absent key", async () => {
    const door = await openHttpDoor({
      upstream: fake.api.base,
      settingsOf: (endpoint) => ({ endpoint }),
    });
    try {
      const target = await open(door.settings);
      expect(await target.read?.(within())).toBeUndefined();
      door.trouble({ kind: "answer", status: 404, body: "<html>Not here</html>", to: "all" });
      await expect(target.read?.(within())).rejects.toThrow(/404: Not here/);
    } finally {
      await door.close();
    }
  });

  test("sends a token that no header can hold nowhere, and does not quote it", async () => {
    const own = consul.settings.parse({ endpoint: fake.api.base, key: KEY, token: { env: "ANY" } });
    const surroundings = testSurroundings({ readSecret: () => Promise.resolve("two\nlines") });
    const opening = consul.open(own, surroundings);
    await expect(opening).rejects.toThrow(/the token of target it: found spaces, line ends/);
    await expect(opening).rejects.not.toThrow(/two/);
  });

  test("has settings that refuse secrets in the clear and keys that Consul does not take", () => {
    const parse = (more: object) => consul.settings.safeParse({ key: KEY, ...more });
    expect(parse({}).data).toMatchObject({ endpoint: "http://127.0.0.1:8500", checkEvery: 5_000 });
    const token = { env: "ANY" };
    expect(parse({ endpoint: "http://10.0.0.5:8500", token }).error?.issues).toMatchObject([
      { path: ["endpoint"], message: expect.stringMatching(/https/) as string },
    ]);
    expect(parse({ endpoint: "http://10.0.0.5:8500" }).success).toBe(true);
    expect(parse({ endpoint: "https://10.0.0.5:8501/", token }).data?.endpoint).toBe(
      "https://10.0.0.5:8501",
    );
    for (const key of ["/redis", "a//b", "../x", "a/../b", "a b", "x.json", "", "a/"]) {
      expect(parse({ key }).success, key).toBe(false);
    }
  });
});
