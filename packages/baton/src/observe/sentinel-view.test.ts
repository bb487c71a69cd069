import { expect, test } from "vitest";
import {
  groupLines,
  groupQuestions,
  isSettled,
  selfQuestions,
  sentinelSelf,
  sentinelView,
} from "./sentinel-view.ts";

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
const replies: readonly unknown[] = [["10.0.0.2", "6379"], master, [replica], [peer("r1"), peer("?")]];
const own: readonly unknown[] = [
  "r1",
  "# Sentinel\r\nsentinel_masters:1\r\nsentinel_tilt:1\r\nsentinel_tilt_since_seconds:1\r\n",
  flat({ "TILT-PERIOD": "9000" }),
];
const viewOf = (answers: readonly unknown[]) => sentinelView("h1", answers, sentinelSelf(own));

test("takes the primary from where a leader of a failover names the new one first", () => {
  expect(viewOf(replies)).toMatchObject({
    primary: { address: "10.0.0.2", port: 6379 },
    configEpoch: 7,
  });
});

test("keeps votes, the chosen replica, TILT and the timers", () => {
  expect(viewOf(replies)).toMatchObject({
    runId: "r1",
    tilt: true,
    debug: { "tilt-period": 9_000 },
    replicas: [{ flags: ["slave", "promoted"], link: "err" }],
    peers: [{ vote: { leader: "r1", epoch: 8 } }, { vote: undefined }],
  });
});

test("keeps how long answers are owed, and leaves out what is no number", () => {
  const times = { "last-ping-sent": "250", "s-down-time": "1000" };
  const slow = [...master, ...flat(times)];
  const owing = flat({ "last-ping-sent": "40", "last-ok-ping-reply": "900", "info-refresh": "soon" });
  const late = [...replica, ...owing, "master-link-down-time", "-1000"];
  expect(viewOf(replies.with(1, slow).with(2, [late]))).toMatchObject({
    pingWaitMs: 250,
    downForMs: 1_000,
    replicas: [{ pingWaitMs: 40, pingAgeMs: 900, linkDownMs: -1_000 }],
  });
  const [first] = viewOf(replies.with(2, [late])).replicas;
  expect(first).not.toHaveProperty("infoAgeMs");
});

test("lives with a Sentinel that has no SENTINEL DEBUG", () => {
  const old = own.with(2, new Error("ERR Unknown sentinel subcommand 'DEBUG'"));
  expect(sentinelView("h1", replies, sentinelSelf(old))).toMatchObject({ kind: "heard", debug: {} });
});

test("passes on the refusal of any other question", () => {
  const refused = replies.with(1, new Error("NOPERM this user has no permissions"));
  expect(() => viewOf(refused)).toThrow("NOPERM");
  expect(() => sentinelSelf(own.with(1, new Error("NOPERM no permissions")))).toThrow("NOPERM");
});

test("says so when a Sentinel does not know the group", () => {
  expect(() => viewOf(replies.with(0, null))).toThrow("does not know the group");
});

test("asks one question for every answer it reads", () => {
  expect(groupQuestions("main")).toHaveLength(replies.length);
  expect(selfQuestions).toHaveLength(own.length);
});

test("a group whose name looks like TILT does not make it so", () => {
  const info = "# Sentinel\r\nsentinel_tilt:0\r\nmaster0:name=sentinel_tilt:1,status=ok\r\n";
  expect(sentinelSelf(own.with(1, info)).tilt).toBe(false);
});

const lineOf = (rest: string) => groupLines(`# Sentinel\r\nmaster0:name=main,${rest}\r\n`).get("main");
const calm = replies.with(0, ["10.0.0.1", "6379"]).with(1, master.with(5, "master"));

test("a view is settled while the Sentinel's INFO counts and names what it does", () => {
  const line = "status=ok,address=10.0.0.1:6379,slaves=1,sentinels=3";
  expect(lineOf(line)).toBe(line);
  expect(isSettled(viewOf(calm), line)).toBe(true);
  for (const other of [
    line.replace("ok", "odown"),
    line.replace("0.1:", "0.2:"),
    line.replace("6379", "6380"),
    line.replace("slaves=1", "slaves=2"),
    line.replace("sentinels=3", "sentinels=2"),
    `${line},later=1`,
  ])
    expect(isSettled(viewOf(calm), other), other).toBe(false);
});

test("a view with something under way is not settled, whatever INFO says", () => {
  const line = "status=ok,address=10.0.0.1:6379,slaves=1,sentinels=3";
  const moving = calm.with(1, master.with(5, "master,failover_in_progress"));
  expect(isSettled(viewOf(moving), line)).toBe(false);
});

test("the lines of INFO are told apart by the groups' names", () => {
  const info =
    "# Sentinel\r\nsentinel_masters:2\r\nmaster0:name=a,status=ok\r\nmaster1:name=ab,status=odown\r\n";
  expect([...groupLines(info)]).toEqual([
    ["a", "status=ok"],
    ["ab", "status=odown"],
  ]);
});
