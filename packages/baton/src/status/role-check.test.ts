import { describe, expect, test } from "vitest";
import { nothingRemembered } from "../decide/decide.ts";
import { at, dead, follows, group, isPrimary, mute, observed, says } from "../decide/world.fixture.ts";
import type { NodeView, View } from "../observe/types.ts";
import { judgePrimary, judgeReplica, type RoleQuestion, type Seen, whyNotReady } from "./role-check.ts";

const memory = { ...nothingRemembered, epochSeenMax: 4 };
const agreeing = [says("h1", "h1", 4), says("h2", "h1", 4), says("h3", "h1", 4)];
const healthy = [isPrimary("h1", ["h2", "h3"]), follows("h2", "h1"), follows("h3", "h1")];

function asked(
  host: string,
  world: { readonly views?: readonly View[]; readonly nodes?: readonly NodeView[] } & Partial<Seen> = {},
  nowMs = 1_000,
): RoleQuestion {
  const { views = agreeing, nodes = healthy, ...more } = world;
  const seen = { observation: observed(views, nodes, 500), doubts: [], memory, ...more };
  return { group, host, seen, nowMs, freshMs: 1_500 };
}

describe("/primary", () => {
  test("is yes on the agreed primary's host that says so itself, and no on every other", () => {
    expect(judgePrimary(asked("h1"))).toEqual({
      ok: true,
      group: "main",
      node: "h1",
      role: "primary",
      epoch: 4,
      lagBytes: null,
      reason: "a majority names h1 in epoch 4 and it says so itself",
    });
    for (const host of ["h2", "h3"]) {
      expect(judgePrimary(asked(host))).toMatchObject({
        ok: false,
        role: "replica",
        reason: "h1 is the primary in epoch 4",
      });
    }
    expect(judgePrimary(asked("app"))).toMatchObject({
      ok: false,
      node: null,
      reason: "host app has no node of group main",
    });
  });

  test("is yes with a bare majority", () => {
    const views = [says("h1", "h1", 4), mute("h2"), says("h3", "h1", 4)];
    expect(judgePrimary(asked("h1", { views })).ok).toBe(true);
  });

  const early = { kind: "primary", node: "h2", endpoint: at("h2"), epoch: 5, confirmed: false } as const;
  test.each<[string, RoleQuestion, string]>([
    ["nothing was seen yet", { ...asked("h1"), seen: undefined }, "the agent has not looked yet"],
    [
      "the last turn is too old",
      asked("h1", {}, 2_001),
      "the agent looked 1501 ms ago, and at most 1500 count",
    ],
    [
      "the turn was in doubt",
      asked("h1", { doubts: [{ kind: "stalled", forMs: 3_000 }] }),
      "the agent was stalled or its clock jumped",
    ],
    [
      "a minority is heard",
      asked("h1", { views: [says("h1", "h1", 4), mute("h2"), mute("h3")] }),
      "1 of 3 Sentinels answer, and 2 are needed",
    ],
    [
      "the Sentinels disagree",
      asked("h1", { views: [says("h1", "h1", 4), says("h2", "h2", 5), mute("h3")] }),
      "the Sentinels disagree (h1: 10.0.0.1:6379; h2: 10.0.0.2:6379)",
    ],
    [
      "the majority is of yesterday",
      asked("h1", { memory: { ...memory, epochSeenMax: 5 } }),
      "epoch 4 is older than 5, already seen",
    ],
    [
      "another is being promoted in a newer epoch",
      asked("h1", { memory: { ...memory, route: early } }),
      "h2 is being promoted in epoch 5",
    ],
    [
      "the node itself does not answer",
      asked("h1", { nodes: [dead("h1"), follows("h2", "h1")] }),
      "h1 is the agreed primary, but it does not answer: connect ECONNREFUSED",
    ],
    [
      "the node itself says replica",
      asked("h1", { nodes: [follows("h1", "h2")] }),
      "h1 is the agreed primary, but it says that it is a replica",
    ],
    [
      "the node still loads its data",
      asked("h1", { nodes: [{ ...isPrimary("h1"), isLoading: true } as NodeView] }),
      "h1 is the agreed primary, but it still loads its data",
    ],
  ])("is no when %s", (_when, question, reason) => {
    expect(judgePrimary(question)).toMatchObject({ ok: false, reason });
  });

  test("an old primary that is back and says primary is no", () => {
    const nodes = [isPrimary("h1"), isPrimary("h2", ["h3"])];
    const views = [says("h1", "h2", 4), says("h2", "h2", 4), mute("h3")];
    expect(judgePrimary(asked("h1", { views, nodes }))).toMatchObject({
      ok: false,
      role: "primary",
      reason: "h2 is the primary in epoch 4",
    });
  });
});

describe("/replica", () => {
  const behind = (bytes: number): NodeView =>
    ({ ...follows("h2", "h1"), offsetBytes: 1_000 - bytes }) as NodeView;

  test("is yes for a connected replica of the agreed primary, with its lag", () => {
    const nodes = [isPrimary("h1"), behind(300)];
    expect(judgeReplica(asked("h2", { nodes }), undefined)).toMatchObject({
      ok: true,
      role: "replica",
      lagBytes: 300,
      reason: "h2 follows h1 in epoch 4",
    });
    expect(judgeReplica(asked("h2", { nodes }), 300).ok).toBe(true);
    expect(judgeReplica(asked("h2", { nodes }), 299)).toMatchObject({
      ok: false,
      reason: "h2 is 300 bytes behind, and at most 299 are allowed",
    });
  });

  test("one that was asked a moment later than the primary is not ahead of it", () => {
    const nodes = [isPrimary("h1"), behind(-50)];
    expect(judgeReplica(asked("h2", { nodes }), 0)).toMatchObject({ ok: true, lagBytes: 0 });
  });

  test("with a silent primary it still serves, but not where a lag was asked for", () => {
    const nodes = [dead("h1"), behind(0)];
    expect(judgeReplica(asked("h2", { nodes }), undefined)).toMatchObject({ ok: true, lagBytes: null });
    expect(judgeReplica(asked("h2", { nodes }), 1_000_000)).toMatchObject({
      ok: false,
      reason: "how far h2 is behind is unknown: the primary does not answer",
    });
  });

  test.each<[string, RoleQuestion, string]>([
    ["on the primary's host", asked("h1"), "h1 is the primary in epoch 4"],
    [
      "when the link is down",
      asked("h2", { nodes: [{ ...follows("h2", "h1"), link: "connecting" } as NodeView] }),
      "the link of h2 to its primary is: connecting",
    ],
    [
      "when it follows another",
      asked("h2", { nodes: [follows("h2", "h3")] }),
      "h2 follows 10.0.0.3:6379, not the primary h1",
    ],
    [
      "when it says primary",
      asked("h2", { nodes: [isPrimary("h2")] }),
      "h2 says that it is a primary, and it is not the agreed one",
    ],
    [
      "when it is silent",
      asked("h2", { nodes: [dead("h2")] }),
      "h2: it does not answer: connect ECONNREFUSED",
    ],
    [
      "with a minority",
      asked("h2", { views: [says("h1", "h1", 4), mute("h2"), mute("h3")] }),
      "1 of 3 Sentinels answer, and 2 are needed",
    ],
    ["with an old turn", asked("h2", {}, 9_000), "the agent looked 8500 ms ago, and at most 1500 count"],
  ])("is no %s", (_when, question, reason) => {
    expect(judgeReplica(question, undefined)).toMatchObject({ ok: false, reason });
  });
});

test("ready is who has heard a majority in a fresh turn, whatever it said", () => {
  expect(whyNotReady(asked("h1"))).toBeUndefined();
  const split = [says("h1", "h1", 4), says("h2", "h2", 5), mute("h3")];
  expect(whyNotReady(asked("h1", { views: split }))).toBeUndefined();
  expect(whyNotReady({ ...asked("h1"), seen: undefined })).toBe("main: the agent has not looked yet");
  expect(whyNotReady(asked("h1", { views: [says("h1", "h1", 4), mute("h2"), mute("h3")] }))).toBe(
    "main: 1 Sentinels answer, and 2 are needed",
  );
});
