// What an agent writes down of its targets, and when it does not.
import { expect, test } from "vitest";
import type { GroupPlan } from "../cluster/types.ts";
import type { Door } from "../redis/door.ts";
import { systemClock } from "../sys/clock.ts";
import type { TargetState } from "../targets/state.ts";
import type { Turn } from "./loop.ts";
import { noteOf, openTargetNotes } from "./target-notes.ts";

const state = (more: Partial<TargetState> = {}): TargetState => ({
  name: "edge",
  kind: "etcd",
  group: "main",
  reach: "shared",
  desired: undefined,
  observed: { endpoint: { address: "10.9.0.1", port: 6379 }, epoch: 3 },
  isInSync: true,
  lastError: undefined,
  problems: [],
  lastChangedAt: undefined,
  latencyMs: undefined,
  attempts: 0,
  ...more,
});

test("a target is fine when it is led and nothing is known against it", () => {
  const about = { name: "edge", reach: "shared" };
  expect(noteOf(state())).toEqual({ ...about, ok: true, sentence: "etcd leads to 10.9.0.1:6379" });
  const failing = noteOf(state({ isInSync: false, lastError: "etcd: refused" }));
  expect(failing).toEqual({ ...about, ok: false, sentence: "etcd: refused" });
  const doubtful = noteOf(state({ problems: ["the key expires tomorrow"] }));
  expect(doubtful).toEqual({ ...about, ok: false, sentence: "the key expires tomorrow" });
  expect(noteOf(state({ isInSync: false, lastError: "x".repeat(9_000) })).sentence).toHaveLength(300);
});

function bench() {
  const sent: (readonly string[])[] = [];
  let nowMs = 0;
  const call = (words: readonly string[]) => {
    sent.push(words);
    return Promise.resolve("OK");
  };
  const group = { name: "main", nodes: [{ id: "h1", address: "10.9.0.1", port: 6379 }] };
  const notes = openTargetNotes({
    host: "app",
    group: group as unknown as GroupPlan,
    nodeDoor: () => ({ call }) as unknown as Door,
    clock: { ...systemClock, monotonicMs: () => nowMs },
  });
  const turn = (more: object = {}, node: object = {}) =>
    ({
      observation: { nodes: [{ kind: "primary", node: "h1", ...node }] },
      decided: {
        memory: {
          route: {
            kind: "primary",
            confirmed: true,
            endpoint: { address: "10.9.0.1", port: 6379 },
            ...more,
          },
        },
      },
    }) as unknown as Turn;
  return { sent, notes, turn, pass: (ms: number) => void (nowMs += ms) };
}

test("it is written at once when it changes, and else every ten seconds, with an end", () => {
  const { sent, notes, turn, pass } = bench();
  notes.see(turn(), [state()]);
  notes.see(turn(), [state()]);
  expect(sent).toHaveLength(1);
  expect(sent[0]).toEqual(["SET", "baton:main:targets:app", expect.any(String), "PX", "30000"]);
  notes.see(turn(), [state({ isInSync: false, lastError: "away" })]);
  expect(sent).toHaveLength(2);
  pass(10_000);
  notes.see(turn(), [state({ isInSync: false, lastError: "away" })]);
  expect(sent).toHaveLength(3);
});

test("nothing is written during a switchover, to an early primary, or without targets", () => {
  const { sent, notes, turn } = bench();
  notes.see(turn({}, { handover: { id: "1" } }), [state()]);
  notes.see(turn({ confirmed: false }), [state()]);
  notes.see(turn(), []);
  expect(sent).toEqual([]);
});
