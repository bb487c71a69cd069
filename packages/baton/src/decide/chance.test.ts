import { describe, expect, test } from "vitest";
import type { Observation, PeerView, ReplicaView, View } from "../observe/types.ts";
import type { HeardView } from "./agree.ts";
import { promotable, quorumSpare } from "./chance.ts";
import { at, dead, follows, group, isPrimary, mute, observed, says } from "./world.fixture.ts";

const HOSTS = ["h1", "h2", "h3"] as const;
const nodes = [isPrimary("h1", ["h2", "h3"]), follows("h2", "h1"), follows("h3", "h1")];

const listed = (id: string, more: Partial<ReplicaView> = {}): ReplicaView => ({
  ...at(id),
  flags: ["slave"],
  priority: 100,
  offsetBytes: 1_000,
  link: "ok",
  pingAgeMs: 300,
  infoAgeMs: 900,
  linkDownMs: 0,
  ...more,
});

const known = (id: string, flags: readonly string[] = ["sentinel"]): PeerView => ({
  ...at(id),
  port: 26_379,
  runId: `run-${id}`,
  flags,
  vote: undefined,
});

function sentinel(id: string, more: Partial<HeardView> = {}): View {
  const peers = HOSTS.filter((other) => other !== id).map((other) => known(other));
  return says(id, "h1", 4, { replicas: [listed("h2"), listed("h3")], peers, ...more });
}
const all = (more: Partial<HeardView> = {}) => HOSTS.map((id) => sentinel(id, more));
const seen = (views: readonly View[]): Observation => observed(views, nodes);

describe("quorum spare", () => {
  test("is what may still fail: one of three, and -1 when it is impossible", () => {
    expect(quorumSpare(seen(all()))).toBe(1);
    expect(quorumSpare(seen([sentinel("h1"), sentinel("h2"), mute("h3")]))).toBe(0);
    expect(quorumSpare(seen([sentinel("h1"), mute("h2"), mute("h3")]))).toBe(-1);
    expect(quorumSpare(seen([mute("h1"), mute("h2"), mute("h3")]))).toBe(-1);
  });

  test("counts neither a Sentinel in TILT nor one that the others hold to be down", () => {
    expect(quorumSpare(seen([sentinel("h1"), sentinel("h2"), sentinel("h3", { tilt: true })]))).toBe(0);
    const alone = [known("h2", ["sentinel", "s_down"]), known("h3", ["sentinel", "s_down"])];
    expect(quorumSpare(seen(all({ peers: alone })))).toBe(-1);
  });

  test("follows the quorum that the Sentinels run with, and those that they have not forgotten", () => {
    expect(quorumSpare(seen(all({ quorum: 3 })))).toBe(0);
    const gone = ["h4", "h5", "h6"].map((id) => known(id, ["sentinel", "s_down"]));
    expect(quorumSpare(seen(all({ peers: [known("h2"), known("h3"), ...gone] })))).toBe(-1);
  });
});

describe("promotable", () => {
  test("are the replicas that most Sentinels would take, whatever one alone says", () => {
    expect(promotable(group, seen(all()))).toEqual(["h2", "h3"]);
    const doubtful = sentinel("h3", { replicas: [listed("h2"), listed("h3", { flags: ["s_down"] })] });
    expect(promotable(group, seen([sentinel("h1"), sentinel("h2"), doubtful]))).toEqual(["h2", "h3"]);
    expect(promotable(group, seen([mute("h1"), mute("h2"), mute("h3")]))).toEqual([]);
  });

  test.each<[string, Partial<ReplicaView>]>([
    ["priority 0", { priority: 0 }],
    ["that is down", { flags: ["slave", "s_down"] }],
    ["without a connection", { flags: ["slave", "disconnected"] }],
    ["that has not answered for long", { pingAgeMs: 6_000 }],
    ["that has not told of itself for long", { infoAgeMs: 40_000 }],
    ["that follows nobody while the primary is up", { link: "err", linkDownMs: 5_000 }],
    ["that never followed anybody", { link: "err", linkDownMs: -1_000 }],
  ])("is no replica with, or of the sort, %s", (_what, more) => {
    const views = all({ replicas: [listed("h2"), listed("h3", more)] });
    expect(promotable(group, seen(views))).toEqual(["h2"]);
  });

  test("are the replicas of a primary that has just crashed, before and after it counts as down", () => {
    const cut = [
      listed("h2", { link: "err", linkDownMs: 1_000 }),
      listed("h3", { link: "err", linkDownMs: 1_000 }),
    ];
    const after = [dead("h1"), follows("h2", "h1"), follows("h3", "h1")];
    expect(promotable(group, observed(all({ replicas: cut }), after))).toEqual(["h2", "h3"]);
    const long = cut.map((one) => ({ ...one, linkDownMs: 15_000 }));
    const flags = ["master", "s_down", "o_down"];
    const down = all({ flags, downForMs: 13_000, replicas: long });
    expect(promotable(group, observed(down, after))).toEqual(["h2", "h3"]);
    const tooLong = long.map((one) => ({ ...one, linkDownMs: 60_000 }));
    expect(promotable(group, observed(all({ flags, replicas: tooLong }), after))).toEqual([]);
  });

  test("is no stranger, and nobody who says that it is a primary", () => {
    const stranger = { ...listed("h2"), address: "10.9.9.9" };
    expect(promotable(group, seen(all({ replicas: [stranger, listed("h1")] })))).toEqual([]);
  });
});
