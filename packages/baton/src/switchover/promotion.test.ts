import { expect, test } from "vitest";
import { group, at } from "../decide/world.fixture.ts";
import { BatonError } from "../errors.ts";
import type { Door } from "../redis/door.ts";
import { systemClock } from "../sys/clock.ts";
import { steps } from "./steps.ts";
import type { Ground } from "./types.ts";
import { untilPromoted } from "./promotion.ts";

const ids = ["h1", "h2", "h3"];
const node = (id: string) => ({ id, host: id, zone: id, ...at(id) });

/** What a node or a Sentinel answers, by the first word of the question; everything is taken down. */
function doorThat(answers: Readonly<Record<string, () => unknown>>, sent: string[]): Door {
  const answer = ([name, second = ""]: readonly string[]) => {
    sent.push(`${name} ${second}`.trim());
    return (answers[`${name} ${second}`.trim()] ?? answers[name ?? ""])?.() ?? "OK";
  };
  return {
    ...at("h1"),
    call: (words) => Promise.resolve(answer(words)),
    batch: (commands) => Promise.resolve(commands.map(answer)),
    close: () => undefined,
  };
}

/** The chosen node says replica until the pause is over, and primary from then on. */
function lateGround(named: string, epoch: number, isOverAtOnce = false) {
  let isOver = isOverAtOnce;
  const sent: string[] = [];
  const isPaused = () => !isOver;
  const unpause = () => {
    isOver = true;
  };
  const replica = ["slave", at("h1").address, 6379, "connected", 10];
  const chosenDoor = doorThat({ ROLE: () => (isPaused() ? replica : ["master", 10, []]) }, []);
  const oldDoor = doorThat({ "CLIENT UNPAUSE": unpause, EVAL: () => 1 }, sent);
  const sentinelDoor = doorThat(
    {
      "SENTINEL GET-MASTER-ADDR-BY-NAME": () => [at(named).address, "6379"],
      "SENTINEL MASTER": () => ["config-epoch", String(epoch), "flags", "master"],
    },
    [],
  );
  const ground: Ground = {
    group: { ...group, nodes: ids.map(node) },
    doors: { node: (id) => (id === "h2" ? chosenDoor : oldDoor), sentinel: () => sentinelDoor },
    sentinels: ids,
    routers: [],
    clock: systemClock,
    course: { from: node("h1"), to: node("h2"), epoch: 6, sentinel: "h3" },
    id: "attempt",
    maxPauseMs: 170,
    pingPeriodSeconds: 10,
    moments: { pausedMs: systemClock.monotonicMs(), promotedMs: undefined, acceptedMs: undefined },
    isLate: false,
    fullSyncsBefore: 0,
    fullResyncs: undefined,
  };
  return { ground, sent };
}

const { signal } = new AbortController();

test("a promotion that comes after the pause is finished while the Sentinels name nobody else", async () => {
  const { ground } = lateGround("h1", 6);
  await expect(untilPromoted(ground, signal)).resolves.toMatch(/h2 is primary, \d+ ms after the order/);
  expect(ground.moments.promotedMs).toBeDefined();
});

test("a chosen node that says primary when the Sentinels have gone on demotes nobody", async () => {
  const { ground, sent } = lateGround("h1", 8);
  await expect(untilPromoted(ground, signal)).rejects.toThrow(
    `the Sentinels have gone on to ${at("h1").address}:6379 in epoch 8`,
  );
  const demote = steps.find(({ id }) => id === "demote");
  await expect(demote?.act(ground, signal)).rejects.toThrow(/this process stood still/);
  expect(sent).not.toContain("MULTI");
});

test("who stood still until after the pause asks the Sentinels, though it looks promoted", async () => {
  const { ground, sent } = lateGround("h1", 8, true);
  ground.moments.pausedMs = systemClock.monotonicMs() - 10_000;
  await expect(untilPromoted(ground, signal)).rejects.toThrow(
    /the Sentinels have gone on to .* epoch 8/,
  );
  expect(ground.moments.promotedMs).toBeUndefined();
  expect(sent).not.toContain("MULTI");
});

test("a new primary whose disk is busy is given time to write its settings, and asked again", async () => {
  const { ground } = lateGround("h2", 7, true);
  const sent: string[] = [];
  const door = doorThat({ GET: () => null }, sent);
  let isBusy = true;
  const busy: Door = {
    ...door,
    async call(words) {
      const isLate = words[1] === "REWRITE" && isBusy;
      if (!isLate) return await door.call(words);
      isBusy = false;
      throw new BatonError("UNREACHABLE", "h2: no answer in time");
    },
  };
  const release = steps.find(({ id }) => id === "release");
  const doors = { ...ground.doors, node: () => busy };
  await release?.act({ ...ground, doors }, signal);
  expect(sent).toContain("CONFIG REWRITE");
});
