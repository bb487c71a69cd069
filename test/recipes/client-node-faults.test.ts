// redis-baton-client over both libraries while the primary is killed, frozen, demoted, or all is down.
import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import type { ClientEvents } from "../../packages/client/src/index.ts";
import { missing, seen, waitFor } from "../../packages/baton/src/sys/wait.ts";
import { type FaultyCluster, startFaultyCluster } from "../scenario/support/faulty-cluster.ts";
import {
  createWorkplace,
  freshKey,
  LIBRARIES,
  timed,
  type Workplace,
  type Writer,
  writeMore,
} from "../scenario/support/node-clients.ts";

let cluster: FaultyCluster;
let workplace: Workplace;

beforeAll(async () => {
  cluster = await startFaultyCluster("127.52.8");
  workplace = createWorkplace(cluster);
});
afterEach(async () => {
  await workplace.tidy();
});
afterAll(async () => {
  await cluster.close();
});

const lostOf = async (address: string, { key, drill }: Writer): Promise<readonly number[]> => {
  const there = new Set(await cluster.list(address, key));
  return drill.acknowledged.filter((id) => !there.has(id));
};

/** Nothing lost, nothing twice, and every write that failed was told as what it was. */
async function expectHonest(primary: string, writers: readonly Writer[]): Promise<void> {
  for (const writer of writers) {
    expect(await lostOf(primary, writer), writer.name).toEqual([]);
    const list = await cluster.list(primary, writer.key);
    expect(list.length, `${writer.name} wrote nothing twice`).toBe(new Set(list).size);
    const refused = writer.drill.failures.filter(({ kind }) => kind === "not-done");
    expect(list.filter((id) => refused.some((said) => said.id === id))).toEqual([]);
  }
}

test("after kill -9 of the primary writes flow, and every acknowledged one is on the new one", async () => {
  const writers = await workplace.startWriters();
  const drills = writers.map(({ drill }) => drill);
  const before = await cluster.primary();
  await writeMore(drills, 20);
  cluster.signal("redis", before, "SIGKILL");
  try {
    await writeMore(drills, 20);
    const after = await cluster.primary();
    expect(after).not.toBe(before);
    await expectHonest(after, writers);
    for (const { aside, failures } of drills) {
      expect(aside.filter(({ kind }) => kind === "primary").at(-1)?.address).toBe(`${after}:6379`);
      // Only what was on its way when the process died; the rest waited.
      expect(failures.length).toBeLessThanOrEqual(1);
    }
  } finally {
    await cluster.restart(before);
  }
});

test("a frozen primary costs one unknown write, and gets none when it thaws", async () => {
  const writers = await workplace.startWriters();
  const drills = writers.map(({ drill }) => drill);
  const before = await cluster.primary();
  await writeMore(drills, 20);
  cluster.signal("redis", before, "SIGSTOP");
  await writeMore(drills, 20);
  const after = await cluster.primary();
  const frozenAt = await Promise.all(writers.map(({ key }) => cluster.list(after, key)));
  cluster.signal("redis", before, "SIGCONT");
  // It says master of itself for seconds now, and the clients write on.
  await writeMore(drills, 50);
  await expectHonest(after, writers);
  for (const [index, { key, drill }] of writers.entries()) {
    expect(drill.failures.map(({ kind, error }) => [kind, error])).toEqual([["unknown", "timeout"]]);
    const onOld = await cluster.list(before, key);
    const news = onOld.filter((id) => id > Math.max(...(frozenAt[index] ?? [])));
    expect(news.filter((id) => drill.acknowledged.includes(id))).toEqual([]);
  }
});

describe.each(LIBRARIES)("over %s", (_name, library) => {
  test("a primary that says master, and that the Sentinels do not name, gets no write", async () => {
    const before = await cluster.primary();
    const client = workplace.open(library);
    const key = freshKey();
    const write = async (id: number) => await client.call(["RPUSH", key, String(id)]);
    let id = 0;
    expect(await write((id += 1))).toMatchObject({ kind: "done" });
    let lastBefore = Number.POSITIVE_INFINITY;
    const heard = (event: unknown): void => {
      if ((event as ClientEvents["redis-baton:primary"]).address !== `${before}:6379`) lastBefore = id;
    };
    subscribe("redis-baton:primary", heard);
    const switching = cluster.beginFailover();
    try {
      const look = async () => {
        await write((id += 1));
        return id > lastBefore + 30 ? seen(undefined) : missing(`${id} writes so far`);
      };
      await waitFor("thirty writes after the switch", look, { withinMs: 20_000, everyMs: 5 });
    } finally {
      unsubscribe("redis-baton:primary", heard);
    }
    const after = await switching;
    const [onOld, onNew] = [await cluster.list(before, key), await cluster.list(after, key)];
    expect(onOld.filter((one) => one > lastBefore && !onNew.includes(one))).toEqual([]);
    for (let one = lastBefore + 1; one <= id; one += 1) expect(onNew).toContain(one);
  });

  test("with everything down a fallback is served at once, until all is back", async () => {
    const client = workplace.open(library, { breakerPauseMs: 200 });
    const states: string[] = [];
    const heard = (event: unknown): void => {
      states.push((event as ClientEvents["redis-baton:breaker"]).state);
    };
    const key = freshKey();
    const read = async () =>
      await client.call(["GET", key], { idempotent: true, fallback: () => "from the database" });
    await client.call(["SET", key, "from Redis"]);
    expect(await read()).toEqual({ kind: "done", value: "from Redis" });
    const everybody = cluster.addresses.flatMap((address) =>
      (["redis", "sentinel"] as const).map((what) => ({ what, address })),
    );
    const signalAll = (signal: "SIGSTOP" | "SIGCONT"): void => {
      for (const { what, address } of everybody) cluster.signal(what, address, signal);
    };
    subscribe("redis-baton:breaker", heard);
    signalAll("SIGSTOP");
    try {
      const look = async () => {
        expect(await read()).toMatchObject({ kind: "fallback", value: "from the database" });
        return states.includes("open") ? seen(undefined) : missing("the breaker is closed");
      };
      await waitFor("the breaker to open", look, { withinMs: 20_000, everyMs: 1 });
      const { result, tookMs } = await timed(read);
      expect(result).toMatchObject({ kind: "fallback", because: { error: "breaker-open" } });
      // One attempt alone would take the Sentinels' 300 ms.
      expect(tookMs).toBeLessThan(150);
    } finally {
      signalAll("SIGCONT");
    }
    const again = await client.call(["GET", key], { idempotent: true });
    unsubscribe("redis-baton:breaker", heard);
    expect(again).toEqual({ kind: "done", value: "from Redis" });
    expect(states.at(-1)).toBe("closed");
    expect(await read()).toEqual(again);
  });
});
