// What is staged at OVHcloud's IP load balancer and what is live: changes of other people, agents that died
// half-way or are at it together, refreshes that take their time.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { missing, seen, waitFor } from "../../packages/baton/src/sys/wait.ts";
import { at, openBench, place } from "../../packages/baton/src/targets/bench.fixture.ts";
import { ovhIplb } from "../../packages/baton/src/targets/kinds/ovh-iplb.ts";
import type { Change, Target } from "../../packages/baton/src/targets/target.ts";
import { iplbSettings, openIplbScene, problems, soon, to } from "./support/ovh-iplb.ts";

test("changes of somebody else are not published, and the message says what to do", async () => {
  const { iplb, agent } = await openIplbScene();
  const target = await agent();
  await target.write(to(1, 5), soon());
  iplb.stageElsewhere(2);
  expect(await target.read?.(soon())).toMatchObject({ endpoint: to(1, 5).endpoint, epoch: 5 });
  await expect(target.write(to(2, 6), soon())).rejects.toThrow(
    /^2 of 2 changes that wait for a refresh of loadbalancer-\w+ are not Baton's.*othersChanges: publish$/,
  );
  expect(iplb.active()).toEqual([place(1)]);
  expect(iplb.waiting()).toBe(2);
  expect(problems(await target.prove?.(soon()))).toEqual([
    expect.stringMatching(/^2 changes that are not Baton's wait/),
  ]);
  iplb.publishByHand();
  await target.write(to(2, 6), soon());
  expect(iplb.active()).toEqual([place(2)]);
  expect(iplb.publishedForeign).toBe(0);
});

test("changes of somebody else are taken along where the cluster file says so", async () => {
  const { iplb, agent } = await openIplbScene();
  const target = await agent({ othersChanges: "publish" });
  iplb.stageElsewhere(2);
  await target.write(to(2, 6), soon());
  expect(iplb.active()).toEqual([place(2)]);
  expect(iplb.publishedForeign).toBe(2);
});

test("changes of somebody else in another zone are neither in the way nor published", async () => {
  const { iplb, agent, requests } = await openIplbScene();
  iplb.stageElsewhere(3, "rbx");
  await (await agent()).write(to(2, 6), soon());
  expect(iplb.active()).toEqual([place(2)]);
  expect(requests.filter((one) => one.endsWith("/refresh"))).toHaveLength(1);
  expect(iplb.publishedForeign).toBe(0);
});

test("a change of somebody else that comes while Baton stages is not published", async () => {
  const { iplb, agent } = await openIplbScene();
  const target = await agent();
  await target.write(to(1, 5), soon());
  // As if it came between the look and the refresh.
  iplb.hands.changesPerPut = 2;
  await expect(target.write(to(2, 6), soon())).rejects.toThrow(/3 of 6 changes .* are not Baton's/);
  expect(iplb.active()).toEqual([place(1)]);
  await expect(target.write(to(2, 6), soon())).rejects.toThrow(/3 of 6 changes .* are not Baton's/);
  iplb.publishByHand();
  iplb.hands.changesPerPut = 1;
  await target.write(to(2, 6), soon());
  expect(await target.read?.(soon())).toMatchObject({ endpoint: to(2, 6).endpoint, epoch: 6 });
});

test("another agent completes what one has staged and not published, and publishes no more", async () => {
  for (const puts of [1, 2, 3]) {
    const { iplb, agent } = await openIplbScene();
    const dying = await agent();
    await dying.write(to(1, 5), soon());
    const dead = new AbortController();
    const writing = dying.write(to(2, 6), dead.signal);
    await waitFor(
      "its changes",
      () => {
        const isEnough = iplb.waiting() >= puts;
        if (isEnough) dead.abort(new Error("killed"));
        return isEnough ? seen(undefined) : missing("one");
      },
      { withinMs: 10_000, everyMs: 1 },
    );
    await writing.catch(() => undefined);
    if (iplb.active().join() === place(2)) continue;
    const reading = await (await agent()).read?.(soon());
    expect(reading).toMatchObject({ endpoint: { port: 0 }, epoch: 6 });
    expect(reading?.raw).toMatch(/not live|several|active servers/);
    const other = await agent();
    await other.write(to(2, 6, "observer"), soon());
    expect(iplb.active()).toEqual([place(2)]);
    expect(iplb.publishedForeign).toBe(0);
  }
});

/** Tries as the engine does. */
async function untilRight(target: Target, change: Change): Promise<void> {
  const look = async () => {
    await target.write(change, soon());
    const reading = await target.read?.(soon());
    const isRight = reading?.epoch === change.epoch && reading.endpoint.port !== 0;
    return isRight ? seen(undefined) : missing(reading?.raw ?? "nothing");
  };
  await waitFor("the change", look, { withinMs: 40_000, everyMs: 50 });
}

test("agents at the same change in the same moment do not take each other for strangers", async () => {
  const { iplb, agent } = await openIplbScene();
  const agents = [await agent(), await agent()];
  for (let epoch = 1; epoch <= 2; epoch += 1) {
    const host = 1 + (epoch % 2);
    await Promise.all(agents.map((one) => untilRight(one, to(host, epoch))));
    expect(iplb.active()).toEqual([place(host)]);
  }
  expect(iplb.publishedForeign).toBe(0);
});

test("of agents with different epochs in the same moment the newer wins", async () => {
  const { iplb, agent } = await openIplbScene();
  const [older, newer] = [await agent(), await agent()];
  for (let epoch = 10; epoch <= 40; epoch += 10) {
    const late = older.write(to(1, epoch), soon()).catch(() => undefined);
    await untilRight(newer, to(2, epoch + 1));
    await late;
    await untilRight(newer, to(2, epoch + 1));
    expect(iplb.active()).toEqual([place(2)]);
  }
});

test("what one has staged beside somebody else's change waits for a person", async () => {
  const { iplb, agent } = await openIplbScene();
  const dying = await agent();
  await dying.write(to(1, 5), soon());
  iplb.hands.changesPerPut = 2;
  await expect(dying.write(to(2, 6), soon())).rejects.toThrow(/not Baton's/);
  const other = await agent();
  await expect(other.write(to(2, 6), soon())).rejects.toThrow(/3 of 6 changes .* are not Baton's/);
  expect(iplb.active()).toEqual([place(1)]);
});

test("a refresh that takes its time is waited for, and nobody says it is live before", async () => {
  const { iplb, agent } = await openIplbScene();
  iplb.hands.taskMs = 700;
  const [first, second] = [await agent(), await agent()];
  const writing = first.write(to(1, 5), soon());
  await waitFor(
    "the refresh",
    async () => {
      const reading = await second.read?.(soon());
      const isDoing = /not live: refresh task \d+ is (todo|doing)/.test(reading?.raw ?? "");
      return isDoing ? seen(undefined) : missing(reading?.raw ?? "nothing");
    },
    { withinMs: 10_000, everyMs: 5 },
  );
  expect(iplb.active()).toEqual([]);
  const waiting = second.write(to(1, 5, "observer"), soon());
  await Promise.all([writing, waiting]);
  expect(iplb.active()).toEqual([place(1)]);
  expect(iplb.history).toEqual([place(1)]);
});

test("a refresh that ends in an error is said, and made again", async () => {
  const { iplb, agent } = await openIplbScene();
  const target = await agent();
  await target.write(to(1, 5), soon());
  for (const ending of ["error", "cancelled"] as const) {
    iplb.hands.ending = ending;
    await expect(target.write(to(2, 6), soon())).rejects.toMatchObject({
      name: "TryLater",
      message: expect.stringMatching(`refresh task \\d+ of .* ended with ${ending}`),
    });
    expect((await target.read?.(soon()))?.raw).toMatch(/not live/);
  }
  iplb.hands.ending = "done";
  await target.write(to(2, 6), soon());
  expect(iplb.active()).toEqual([place(2)]);
});

test("two agents make one refresh of a change, also when the first is dead", async () => {
  const { iplb, base, requests } = await openIplbScene();
  iplb.hands.taskMs = 300;
  const folder = await mkdtemp(join(tmpdir(), "baton-iplb-"));
  const own = { kind: ovhIplb, settings: iplbSettings(base, { turn: "4s" }), withinMs: 20_000 };
  const open = (host: "one" | "two") => openBench({ ...own, stateDirectory: join(folder, host), host });
  const [first, second] = [await open("one"), await open("two")];
  const refreshes = () => requests.filter((one) => one.endsWith("/refresh")).length;
  try {
    await Promise.all([first.lead(at(1, 1)), second.lead(at(1, 1))]);
    expect([iplb.active(), refreshes()]).toEqual([[place(1)], 1]);
    await first.close();
    await second.lead(at(2, 2));
    expect([iplb.active(), refreshes()]).toEqual([[place(2)], 2]);
  } finally {
    await first.close();
    await second.close();
    await rm(folder, { recursive: true });
  }
});
