// The engine's patience: far sides that ask for time, keys that were replaced, looks that find something.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { ApiRefusal } from "./api/refusal.ts";
import type { TargetEngine } from "./engine.ts";
import { type Agent, inSync, openAgent, route, Slot, until } from "./slot.fixture.ts";
import { type Proof, type TargetKind, TryLater } from "./target.ts";

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

async function agentOf(kind: TargetKind): Promise<Agent> {
  const agent = await openAgent({ kind, folder });
  engines.push(agent.engine);
  return agent;
}

test("a far side that asks for time gets it", async () => {
  const slot = new Slot();
  const agent = await agentOf(slot.kind());
  const writtenMs: number[] = [];
  slot.beforeWrite = () => {
    writtenMs.push(performance.now());
    if (writtenMs.length === 1) throw new TryLater("busy", 700);
  };
  agent.turn(route(1, 3));
  await until("the second attempt", () => {
    agent.turn(route(1, 3));
    return inSync(agent);
  });
  const [first = 0, second = 0] = writtenMs;
  expect(second - first).toBeGreaterThan(690);
});

test("credentials that were refused are read again by the next attempt", async () => {
  const slot = new Slot();
  let opened = 0;
  const kind = slot.kind();
  const open: TargetKind["open"] = async (...parts) => {
    opened += 1;
    return await kind.open(...parts);
  };
  const agent = await agentOf({ ...kind, open });
  slot.beforeWrite = () => {
    if (opened === 1) throw new ApiRefusal("revoked", 401, "");
  };
  await until("the target to be led", () => {
    agent.turn(route(1, 3));
    return inSync(agent);
  });
  expect(opened).toBe(2);
});

test("what a look at a target that is right has found is a problem of it, told once", async () => {
  const slot = new Slot();
  const proofs: readonly Proof[] = [
    { verdict: "right", sentence: "the key is valid" },
    { verdict: "problem", sentence: "idle connections are cut after 50 s" },
  ];
  const kind = slot.kind();
  const open: TargetKind["open"] = async (...parts) => {
    return { ...(await kind.open(...parts)), checkEveryMs: 20, prove: () => Promise.resolve(proofs) };
  };
  const agent = await agentOf({ ...kind, open });
  let looks = 0;
  await until("several looks", () => {
    agent.turn(route(1, 3));
    looks += inSync(agent) ? 1 : 0;
    return looks > 20;
  });
  const state = agent.engine.state()[0];
  expect(state).toMatchObject({ isInSync: true, problems: ["idle connections are cut after 50 s"] });
  expect(agent.news.filter(({ kind: one }) => one === "failed")).toHaveLength(1);
});

test("a look that hangs never stands in a change's way", async () => {
  const slot = new Slot();
  const kind = slot.kind();
  let proving = 0;
  const prove = (signal: AbortSignal) => {
    proving += 1;
    return new Promise<readonly Proof[]>((resolve) => {
      signal.addEventListener("abort", () => resolve([{ verdict: "unknown", sentence: "no time" }]));
    });
  };
  const open: TargetKind["open"] = async (...parts) => ({ ...(await kind.open(...parts)), prove });
  const agent = await agentOf({ ...kind, open });
  await until("a look to hang", () => {
    agent.turn(route(1, 3));
    return proving === 1;
  });
  const startedMs = performance.now();
  await until("the next route", () => {
    agent.turn(route(2, 4));
    return inSync(agent) && slot.changes.at(-1)?.epoch === 4;
  });
  // A hanging look would have kept it for the deadline of 5 s.
  expect(performance.now() - startedMs).toBeLessThan(2_500);
});
