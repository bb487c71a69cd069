// The engine with targets that a test holds in its hand: turns of several hosts, freezes, full disks.
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type Clock, systemClock } from "../sys/clock.ts";
import { openTargets, type TargetEngine } from "./engine.ts";
import { type Agent, inSync, openAgent, route, Slot, until } from "./slot.fixture.ts";
import { RouteRejected, type TargetKind } from "./target.ts";

let folder: string;
let engines: TargetEngine[];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "baton-engine-"));
  engines = [];
});
afterEach(async () => {
  for (const engine of engines) await engine.close();
  await rm(folder, { recursive: true });
});

async function agentOf(kind: TargetKind, host?: string, clock?: Clock): Promise<Agent> {
  const own = { ...(host === undefined ? {} : { host }), ...(clock === undefined ? {} : { clock }) };
  const agent = await openAgent({ kind, folder, ...own });
  engines.push(agent.engine);
  return agent;
}

test("a host that the target does not name has none", async () => {
  const { engine } = await agentOf(new Slot().kind(), "three");
  expect(engine.state()).toEqual([]);
});

test("of two hosts that share a target the first writes, and the second finds it right", async () => {
  const slot = new Slot();
  const kind = slot.kind({ reach: "shared" });
  const [first, second] = [await agentOf(kind, "one"), await agentOf(kind, "two")];
  for (const agent of [second, first]) agent.turn(route(1, 3));
  await until("both to be content", () => inSync(first) && inSync(second));
  expect(slot.changes.map(({ role }) => role)).toEqual(["leader"]);
});

test("when the first is away the second takes its turn", async () => {
  const slot = new Slot();
  const second = await agentOf(slot.kind({ reach: "shared" }), "two");
  second.turn(route(1, 3));
  await until("the second to act", () => inSync(second));
  expect(slot.changes.map(({ role }) => role)).toEqual(["observer"]);
});

test("an agent with an old epoch changes nothing where another has been with a newer one", async () => {
  const slot = new Slot();
  const stale = await agentOf(slot.kind(), "two");
  slot.content = { endpoint: { address: "10.9.0.2", port: 6379 }, epoch: 8, raw: "" };
  stale.turn(route(1, 7));
  await until("a refusal", () => stale.engine.state()[0]?.lastError !== undefined);
  expect(stale.engine.state()[0]?.lastError).toBe("holds epoch 8 (10.9.0.2:6379), and 7 is older");
  expect(slot.changes).toEqual([]);
});

test("an agent that stood still writes nothing before its next turn", async () => {
  const slot = new Slot();
  let standstillMs = 0;
  const clock = { ...systemClock, monotonicMs: () => systemClock.monotonicMs() + standstillMs };
  const agent = await agentOf(slot.kind(), "one", clock);
  slot.beforeWrite = () => {
    throw new Error("not yet");
  };
  agent.turn(route(1, 3));
  await until("a first failure", () => agent.engine.state()[0]?.lastError === "not yet");
  standstillMs = 60_000;
  const before = slot.changes.length;
  // Another agent has gone on meanwhile; this one wakes up and is told nothing yet.
  await until("its pause to be over", () => {
    standstillMs += 1_000;
    return standstillMs > 100_000;
  });
  expect(slot.changes.length).toBe(before);
  slot.beforeWrite = () => undefined;
  agent.turn(route(2, 4));
  await until("the next turn to do it", () => inSync(agent));
  expect(slot.changes.at(-1)?.epoch).toBe(4);
  expect(slot.changes.slice(before).map(({ epoch }) => epoch)).toEqual([4]);
});

test("an agent that stood still between its look and its write does not write", async () => {
  const slot = new Slot();
  let standstillMs = 0;
  const clock = { ...systemClock, monotonicMs: () => systemClock.monotonicMs() + standstillMs };
  let looks = 0;
  const kind = slot.kind();
  const open: TargetKind["open"] = async (settings, surroundings) => {
    const target = await kind.open(settings, surroundings);
    const read = () => {
      looks += 1;
      if (looks === 1) standstillMs = 15_000;
      return Promise.resolve(slot.content);
    };
    return { ...target, read };
  };
  const agent = await agentOf({ ...kind, open }, "one", clock);
  agent.turn(route(1, 3));
  await until("the look", () => looks === 1);
  agent.turn(route(2, 4));
  await until("the newer one", () => inSync(agent));
  expect(slot.changes.map(({ epoch }) => epoch)).toEqual([4]);
});

test("the epoch is on disk before the target is written to, and without a disk nothing is", async () => {
  const slot = new Slot();
  const agent = await agentOf(slot.kind());
  let onDisk = "";
  slot.beforeWrite = async () => {
    onDisk = await readFile(join(folder, "one/targets.json"), "utf8");
  };
  agent.turn(route(1, 3));
  await until("the write", () => inSync(agent));
  expect(JSON.parse(onDisk)).toMatchObject({ it: { epoch: 3, writing: { epoch: 3 } } });
  await rm(join(folder, "one"), { recursive: true });
  await writeFile(join(folder, "one"), "no folder any more");
  agent.turn(route(2, 4));
  await until("a failure", () => agent.engine.state()[0]?.lastError !== undefined);
  expect(slot.changes.length).toBe(1);
  await rm(join(folder, "one"));
  await mkdir(join(folder, "one"));
  const again = () => {
    agent.turn(route(2, 4));
    return inSync(agent);
  };
  await until("the write after all", again);
  expect(slot.changes.length).toBe(2);
});

test("one that hangs delays no other", async () => {
  const [hanging, quick] = [new Slot(), new Slot()];
  hanging.beforeWrite = (signal) =>
    new Promise((_resolve, reject) => {
      signal.addEventListener("abort", () => reject(signal.reason as Error));
    });
  const base = { group: "main", on: ["one"], settings: {} };
  const engine = await openTargets({
    plans: [
      { ...base, name: "a", kind: "slot" },
      { ...base, name: "b", kind: "other" },
    ],
    host: "one",
    nodesOf: () => [],
    stateDirectory: folder,
    clock: systemClock,
    readSecret: () => Promise.resolve(""),
    write: () => undefined,
    kinds: [hanging.kind(), quick.kind({ id: "other" })],
  });
  engines.push(engine);
  engine.turn("main", route(1, 3), true);
  await until("the other", () => engine.state()[1]?.isInSync === true);
  expect(engine.state()[0]).toMatchObject({ isInSync: false, attempts: 1 });
});

test("gives up on a rejected route, and after too many failures, until there is a newer one", async () => {
  for (const [index, error] of [new RouteRejected("never"), new Error("often")].entries()) {
    const slot = new Slot();
    const agent = await agentOf(slot.kind({ attemptsMax: 3 }), index === 0 ? "one" : "two");
    slot.beforeWrite = () => {
      throw error;
    };
    const turn = () => {
      agent.turn(route(1, 3));
      return /no further attempt/.test(agent.engine.state()[0]?.lastError ?? "");
    };
    await until("the end of attempts", turn);
    expect(slot.changes.length).toBe(index === 0 ? 1 : 3);
    slot.beforeWrite = () => undefined;
    agent.turn(route(2, 4));
    await until("the newer one", () => inSync(agent));
  }
});

test("a target that somebody else has changed is put right again", async () => {
  const slot = new Slot();
  let laterMs = 0;
  const clock: Clock = {
    ...systemClock,
    monotonicMs: () => systemClock.monotonicMs() + laterMs,
  };
  const agent = await agentOf(slot.kind(), "one", clock);
  agent.turn(route(1, 3));
  await until("the first write", () => inSync(agent));
  slot.content = { endpoint: { address: "10.9.0.66", port: 1 }, epoch: 3, raw: "" };
  laterMs = 6_000;
  agent.turn(route(1, 3));
  await until("the second", () => slot.changes.length === 2);
  expect(slot.changes[1]).toMatchObject({ from: { address: "10.9.0.66" }, epoch: 3 });
});

test("a damaged targets.json ends the agent, because a forgetful one could go back", async () => {
  await mkdir(join(folder, "one"));
  for (const text of ["", "[]", '{"it":{"epoch":"7"}}']) {
    await writeFile(join(folder, "one/targets.json"), text);
    await expect(agentOf(new Slot().kind()), text).rejects.toThrow("not a file of targets");
  }
});
