import { expect, test } from "vitest";
import { sentinelQuestions, sentinelView } from "./sentinel-view.ts";

const flat = (fields: Readonly<Record<string, string>>): string[] => Object.entries(fields).flat();
const master = flat({
  ip: "10.0.0.1",
  port: "6379",
  flags: "master,s_down,failover_in_progress",
  "config-epoch": "7",
  quorum: "2",
  "down-after-milliseconds": "1800",
  "failover-timeout": "5000",
  "parallel-syncs": "1",
});
const replica = flat({
  ip: "10.0.0.2",
  port: "6379",
  flags: "slave,promoted",
  "slave-priority": "100",
  "slave-repl-offset": "1234",
  "master-link-status": "err",
});
const peer = (vote: string) =>
  flat({
    ip: "10.0.0.3",
    port: "26379",
    runid: "r3",
    flags: "sentinel",
    "voted-leader": vote,
    "voted-leader-epoch": "8",
  });
const replies: readonly unknown[] = [
  ["10.0.0.2", "6379"],
  master,
  [replica],
  [peer("r1"), peer("?")],
  "r1",
  "# Sentinel\r\nsentinel_tilt:1\r\n",
  flat({ "TILT-PERIOD": "9000" }),
];

test("takes the primary from where a leader of a failover names the new one first", () => {
  expect(sentinelView("h1", replies)).toMatchObject({
    primary: { address: "10.0.0.2", port: 6379 },
    configEpoch: 7,
  });
});

test("keeps votes, the chosen replica, TILT and the timers", () => {
  expect(sentinelView("h1", replies)).toMatchObject({
    runId: "r1",
    tilt: true,
    debug: { "tilt-period": 9_000 },
    replicas: [{ flags: ["slave", "promoted"], link: "err" }],
    peers: [{ vote: { leader: "r1", epoch: 8 } }, { vote: undefined }],
  });
});

test("lives with a Sentinel that has no SENTINEL DEBUG", () => {
  const old = [...replies.slice(0, 6), new Error("ERR Unknown sentinel subcommand 'DEBUG'")];
  expect(sentinelView("h1", old)).toMatchObject({ kind: "heard", debug: {} });
});

test("passes on the refusal of any other question", () => {
  const refused = replies.with(1, new Error("NOPERM this user has no permissions"));
  expect(() => sentinelView("h1", refused)).toThrow("NOPERM");
});

test("says so when a Sentinel does not know the group", () => {
  expect(() => sentinelView("h1", replies.with(0, null))).toThrow("does not know the group");
});

test("asks one question for every answer it reads", () => {
  expect(sentinelQuestions("main")).toHaveLength(replies.length);
});
