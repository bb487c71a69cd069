// redis-baton-client against real Sentinels: frozen, dead, stale, locked and healthy ones, after a real
// failover.
import { afterAll, beforeAll, expect, test } from "vitest";
import { type FindPrimaryOptions, findPrimary } from "../../packages/client/src/index.ts";
import { handmadeLayout, handmadeSecrets } from "../../packages/baton/src/render/layout.fixture.ts";
import { missing, seen, waitFor } from "../../packages/baton/src/sys/wait.ts";
import { type Processes, startRendered } from "./render-processes.ts";

const ADDRESSES = ["127.93.0.1", "127.93.0.2", "127.93.0.3"] as const;
const [FIRST, SECOND, THIRD] = ADDRESSES;
// A Sentinel that was told to monitor another address, and has never heard of a failover: epoch 0.
const STALE = "127.93.0.4";
const NOBODY = "127.93.0.9";
const TIMEOUT_MS = 500;

let cluster: Processes;
let stranger: Processes;
let promoted = "";

const find = (hosts: readonly string[], more: Partial<FindPrimaryOptions> = {}) =>
  findPrimary({
    sentinels: hosts.map((host) => ({ host, port: 26_379 })),
    group: "orders",
    password: handmadeSecrets.application,
    timeoutMs: TIMEOUT_MS,
    ...more,
  });

/** The result and how long it took in milliseconds. */
async function timed<T>(
  run: () => Promise<T>,
): Promise<{ readonly result: T; readonly tookMs: number }> {
  const start = performance.now();
  const result = await run();
  return { result, tookMs: performance.now() - start };
}

async function untilReady(): Promise<void> {
  for (const address of ADDRESSES) {
    const door = cluster.sentinel(address);
    const count = async (what: string) =>
      ((await door.call(["SENTINEL", what, "orders"])) as unknown[]).length;
    const look = async () => {
      const known = (await count("SENTINELS")) + (await count("REPLICAS"));
      return known === 4 ? seen(undefined) : missing(`${address} knows ${known} of 4 neighbours`);
    };
    await waitFor("all Sentinels to know each other and the replicas", look, { withinMs: 30_000 });
  }
}

async function failOver(): Promise<string> {
  const agent = cluster.sentinel(SECOND, "agent");
  const failover = async () => seen(await agent.call(["SENTINEL", "FAILOVER", "orders"]));
  await waitFor("a Sentinel that finds a good replica", failover, { withinMs: 20_000 });
  const look = async () => {
    const outcomes = await Promise.all(ADDRESSES.map((address) => find([address])));
    const named = new Set(
      outcomes.map((outcome) => (outcome.kind === "found" ? outcome.host : "nobody")),
    );
    const [host = "nobody"] = named;
    const isAgreed = named.size === 1 && host !== FIRST && host !== "nobody";
    return isAgreed ? seen(host) : missing(`they name ${[...named].join(" and ")}`);
  };
  return waitFor("all Sentinels to name the new primary", look, { withinMs: 20_000 });
}

beforeAll(async () => {
  cluster = await startRendered(handmadeLayout([...ADDRESSES]));
  const other = handmadeLayout([STALE, "127.93.0.5", "127.93.0.6"]);
  const groups = other.groups.map((group) => ({ ...group, nodes: [] }));
  stranger = await startRendered({ ...other, groups, sentinels: other.sentinels.slice(0, 1) });
  const door = stranger.sentinel(STALE);
  await waitFor("the stale Sentinel", async () => seen(await door.call(["PING"])), { withinMs: 10_000 });
  await untilReady();
  promoted = await failOver();
});

afterAll(async () => {
  await cluster.end();
  await stranger.end();
});

test("finds the primary that healthy Sentinels agree on, with its epoch", async () => {
  const found = await find(ADDRESSES);
  expect(found).toMatchObject({ kind: "found", host: promoted, port: 6379, epoch: 1, asked: 3 });
});

test("asks a Sentinel that is given twice only once", async () => {
  expect(await find([STALE, STALE])).toMatchObject({ kind: "found", agreed: 1, asked: 1, epoch: 0 });
});

test("believes no lone Sentinel that is stale, wherever it stands", async () => {
  expect(await find([STALE])).toMatchObject({ kind: "found", host: STALE, epoch: 0 });
  expect(await find([STALE, FIRST, SECOND, THIRD])).toMatchObject({ host: promoted, epoch: 1 });
  expect(await find([FIRST, SECOND, STALE])).toMatchObject({ host: promoted, epoch: 1, agreed: 2 });
});

test("is not stopped by a frozen first Sentinel, nor by a dead and a stale one beside it", async () => {
  cluster.signal("sentinel", "h1", "SIGSTOP");
  try {
    const { result, tookMs } = await timed(() => find([FIRST, SECOND, THIRD]));
    expect(result).toMatchObject({ kind: "found", host: promoted, epoch: 1, agreed: 2, asked: 3 });
    expect(tookMs).toBeLessThan(TIMEOUT_MS);
    const worst = await find([FIRST, NOBODY, STALE, SECOND, THIRD]);
    expect(worst).toMatchObject({ kind: "found", host: promoted, epoch: 1, agreed: 2, asked: 5 });
  } finally {
    cluster.signal("sentinel", "h1", "SIGCONT");
  }
});

test("calls it unclear in time, with each Sentinel's word, when only a stale one answers", async () => {
  cluster.signal("sentinel", "h1", "SIGSTOP");
  try {
    const { result, tookMs } = await timed(() => find([FIRST, NOBODY, STALE]));
    expect(tookMs).toBeGreaterThanOrEqual(TIMEOUT_MS - 5);
    expect(tookMs).toBeLessThan(TIMEOUT_MS + 500);
    if (result.kind !== "unclear") throw new Error(`found ${result.host}`);
    expect(result.answers).toHaveLength(3);
    expect(result.reason).toContain("no 2 of 3 Sentinels agree: ");
    expect(result.reason).toContain(`${FIRST}:26379 does not answer (nothing within ${TIMEOUT_MS} ms)`);
    expect(result.reason).toContain(`${NOBODY}:26379 does not answer (connect ECONNREFUSED`);
    expect(result.reason).toContain(`${STALE}:26379 names ${STALE}:6379 in epoch 0`);
  } finally {
    cluster.signal("sentinel", "h1", "SIGCONT");
  }
});

test("says that the password is wrong, or missing, or the group unknown", async () => {
  const reason = async (more: Partial<FindPrimaryOptions>) => {
    const outcome = await find([SECOND, THIRD], more);
    return outcome.kind === "unclear" ? outcome.reason : "";
  };
  expect(await reason({ password: "wrong" })).toContain("WRONGPASS");
  expect(await reason({ password: "" })).toContain("NOAUTH");
  expect(await reason({ group: "no-such-group" })).toContain("No such master with that name");
});

test("ends at once when it is aborted, with the reason", async () => {
  cluster.signal("sentinel", "h1", "SIGSTOP");
  try {
    const controller = new AbortController();
    const reason = new Error("the application shuts down");
    const finding = find([FIRST], { signal: controller.signal, timeoutMs: 60_000 });
    controller.abort(reason);
    await expect(finding).rejects.toBe(reason);
    await expect(find([FIRST], { signal: controller.signal })).rejects.toBe(reason);
  } finally {
    cluster.signal("sentinel", "h1", "SIGCONT");
  }
});

test("refuses a call that cannot be meant", async () => {
  await expect(find([])).rejects.toThrow(TypeError);
  await expect(find([FIRST], { group: "" })).rejects.toThrow(TypeError);
  await expect(find([FIRST], { timeoutMs: 0 })).rejects.toThrow(TypeError);
});
