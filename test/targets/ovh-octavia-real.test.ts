// The promises of a shared target, and what the copy of ours is made from, on Debian's Octavia and Keystone.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { sharedConformance } from "../../packages/baton/src/targets/conformance-shared.fixture.ts";
import { ovhOctavia } from "../../packages/baton/src/targets/kinds/ovh-octavia.ts";
import type { SharedSubject } from "../../packages/baton/src/targets/shared-stage.fixture.ts";
import { testSurroundings } from "../../packages/baton/src/targets/surroundings.fixture.ts";
import type { Change, Target } from "../../packages/baton/src/targets/target.ts";
import { missing, seen, waitFor } from "../../packages/baton/src/sys/wait.ts";
import { whyNoRealOctavia } from "./support/octavia/disk.ts";
import { say } from "./support/octavia/openstack.ts";
import { newPool, type RealPool } from "./support/octavia/pool.ts";
import { type RealOctavia, startRealOctavia } from "./support/octavia/server.ts";
import { openOpenstackDoor } from "./support/openstack-door.ts";
import { openTwoWays } from "./support/two-ways.ts";

const why = whyNoRealOctavia();
let server: RealOctavia | undefined;

/** Downloading and unpacking the disk, where this machine has none. */
const MAKING_MS = 1_800_000;

beforeAll(async () => {
  if (why === undefined) server = await startRealOctavia();
  else process.stderr.write(`SKIPPED, all of the real Octavia: ${why}\n`);
}, MAKING_MS);
beforeEach((context) => {
  context.skip(why !== undefined, why);
});
afterAll(async () => {
  await server?.close();
});

function theServer(): RealOctavia {
  if (server === undefined) throw new Error("the real Octavia was not started");
  return server;
}

const settingsOf = (pool: RealPool, more: Readonly<Record<string, unknown>> = {}) => {
  const { keystone, project } = theServer();
  const login = { project, user: "baton", auth: keystone };
  return { pool: pool.id, region: "GRA11", ...login, checkEvery: "1s", timeout: "5s", ...more };
};

async function realSubject(): Promise<SharedSubject> {
  const real = theServer();
  const pool = await newPool(real);
  await pool.pace(30);
  const ways = await openTwoWays({ "/v3": real.keystone.replace("/v3", ""), "": real.octavia });
  const shown = async () => {
    const { live } = await pool.live();
    return live.length === 0 ? undefined : live.join(" and ");
  };
  return {
    openDoor: () =>
      openOpenstackDoor(ways.base, (base) => settingsOf(pool, { auth: `${base}/v3`, octavia: base })),
    shown,
    history: async () => (await pool.live()).past,
    async meddle(host) {
      await pool.set([{ address: `10.9.0.${host}`, protocol_port: 6379 }]);
      const wanted = `10.9.0.${host}:6379`;
      const look = async () => ((await shown()) === wanted ? seen(undefined) : missing(wanted));
      await waitFor("the place that was set by hand", look, { withinMs: 5_000, everyMs: 10 });
    },
    revoke: () => real.setUserEnabled(false),
    restore: () => real.setUserEnabled(true),
    async close() {
      await ways.close();
    },
  };
}

describe("Octavia, the real one", () => {
  sharedConformance(ovhOctavia, { hasCredentials: true, timeoutMs: 300_000 }, realSubject);
});

const change = (host: number, epoch: number): Change => ({
  group: "main",
  endpoint: { address: `10.9.0.${host}`, port: 6379 },
  epoch,
  from: undefined,
  role: "leader",
});
const soon = () => AbortSignal.timeout(20_000);

async function withTarget(
  settings: Readonly<Record<string, unknown>>,
  deed: (target: Target) => Promise<void>,
): Promise<void> {
  const target = await ovhOctavia.open(ovhOctavia.settings.parse(settings), testSurroundings());
  try {
    await deed(target);
  } finally {
    await target.close?.();
  }
}

const membersOf = async (pool: RealPool) => {
  const { text } = await pool.ask("GET", `pools/${pool.id}/members`);
  return (JSON.parse(text) as { readonly members: readonly Record<string, unknown>[] }).members;
};

test("finds Octavia by Keystone's catalog, and logs in with an application credential", async () => {
  const pool = await newPool(theServer());
  const { applicationCredential } = theServer();
  const credential = { user: undefined, project: undefined, applicationCredential };
  await withTarget(settingsOf(pool, credential), async (target) => {
    await target.write(change(1, 3), soon());
    expect(await target.read?.(soon())).toMatchObject({ epoch: 3, endpoint: { address: "10.9.0.1" } });
    const proofs = await target.prove?.(soon());
    expect(proofs?.filter(({ verdict }) => verdict !== "right")).toEqual([]);
    expect(JSON.stringify(proofs)).toContain("load-balancer_member");
  });
  expect((await pool.live()).live).toEqual(["10.9.0.1:6379"]);
});

test("a change keeps every field of members that it does not own", async () => {
  const pool = await newPool(theServer());
  const own = { weight: 7, monitor_port: 9_121, monitor_address: "10.9.0.77", tags: ["b=2", "a=1"] };
  const place = { address: "10.9.9.9", protocol_port: 80 };
  const sorry = { ...place, backup: true, name: "sorry", tags: ["by hand"] };
  await pool.set([{ address: "10.9.0.1", protocol_port: 6379, name: "one", ...own }, sorry]);
  const about = (member: Readonly<Record<string, unknown>> | undefined) => {
    const { updated_at: _updated, operating_status: _operating, tags, ...rest } = member ?? {};
    return { ...rest, tags: [...(tags as string[])].toSorted() };
  };
  const before = await membersOf(pool);
  await withTarget(settingsOf(pool), async (target) => {
    await target.write(change(2, 4), soon());
    await target.write(change(2, 4), soon());
  });
  const after = await membersOf(pool);
  const at = (list: readonly Record<string, unknown>[], address: string) =>
    about(list.find((one) => one["address"] === address));
  expect(at(after, "10.9.0.1")).toEqual({ ...at(before, "10.9.0.1"), admin_state_up: false });
  expect(at(after, "10.9.9.9")).toEqual(at(before, "10.9.9.9"));
  expect(at(after, "10.9.0.2")).toMatchObject({ weight: 7, monitor_port: 9_121, name: "main-h2" });
  expect((await pool.live()).live).toEqual(["10.9.0.2:6379"]);
});

test("a slow balancer is waited for, and somebody else's change first", async () => {
  const pool = await newPool(theServer());
  await pool.pace(1_500);
  await pool.ask("PUT", `pools/${pool.id}/members`, {
    members: [{ address: "10.9.0.3", protocol_port: 6379 }],
  });
  const startedMs = performance.now();
  await withTarget(settingsOf(pool), async (target) => {
    await target.write(change(1, 3), soon());
  });
  expect(performance.now() - startedMs).toBeGreaterThan(2_500);
  expect((await pool.live()).live).toEqual(["10.9.0.1:6379"]);
});

test("answers as the copy of ours does: mutex, no silent no-op, resets, an emptied pool", async () => {
  const pool = await newPool(theServer());
  const path = `pools/${pool.id}/members`;
  const one = { address: "10.9.0.1", protocol_port: 6379 };
  await pool.set([{ ...one, weight: 9, tags: ["kept"] }]);
  await pool.pace(null);
  const same = await pool.ask("PUT", path, { members: [{ ...one, weight: 9, tags: ["kept"] }] });
  expect([same.status, same.text]).toEqual([202, ""]);
  const second = await pool.ask("PUT", path, { members: [one] });
  expect(second.status).toBe(409);
  const immutable = /^(Pool|Load Balancer) .* is immutable and cannot be updated\.$/;
  const faultstring = expect.stringMatching(immutable) as string;
  expect(JSON.parse(second.text)).toEqual({ faultcode: "Client", faultstring, debuginfo: null });
  await pool.pace(0);
  await pool.atRest();
  await pool.set([one]);
  expect(await membersOf(pool)).toMatchObject([{ weight: 1 }]);
  const empty = await pool.ask("PUT", path, { members: [] });
  expect(empty.status).toBe(202);
  await pool.atRest();
  expect(await membersOf(pool)).toEqual([]);
});

test("refuses as the copy of ours does, in four different shapes", async () => {
  const { octavia, token } = theServer();
  const absent = `${octavia}/v2/lbaas/pools/00000000-0000-4000-8000-0000000000ff`;
  const own = { method: "GET", token: await token() } as const;
  const json = async (url: string) => {
    const { status, text } = await say({ ...own, url });
    return [status, JSON.parse(text)] as const;
  };
  expect(await json(`${absent}/members`)).toEqual([
    404,
    {
      code: 404,
      title: "Bad Request",
      description: expect.stringMatching(/^Pool .* not found\.$/) as string,
    },
  ]);
  expect(await json(absent)).toEqual([
    404,
    {
      faultcode: "Client",
      faultstring: expect.stringMatching(/^Pool .* not found\.$/) as string,
      debuginfo: null,
    },
  ]);
  const page = await say({ ...own, url: `${absent}/members`, accept: "*/*" });
  expect([page.status, page.text]).toEqual([404, expect.stringMatching(/<html/i)]);
  const stranger = await say({ method: "GET", url: absent });
  expect([stranger.status, JSON.parse(stranger.text)]).toEqual([
    401,
    { error: expect.objectContaining({ code: 401, title: "Unauthorized" }) as object },
  ]);
});

test("a listener as Octavia makes it by default is a problem: it cuts idle connections", async () => {
  const pool = await newPool(theServer());
  const body = {
    listener: {
      loadbalancer_id: pool.balancerId,
      default_pool_id: pool.id,
      protocol: "TCP",
      protocol_port: 6380,
    },
  };
  expect((await pool.ask("POST", "listeners", body)).status).toBe(201);
  await pool.atRest();
  await withTarget(settingsOf(pool), async (target) => {
    const proofs = await target.prove?.(soon());
    const problems = proofs?.filter(({ verdict }) => verdict === "problem");
    expect(problems).toEqual([
      { verdict: "problem", sentence: expect.stringContaining("idle for 50 s") as string },
    ]);
  });
});
