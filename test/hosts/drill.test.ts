// Drills on real systemd hosts over ssh: the same report as in a lab, and hosts that are cured however a
// drill ends. One deployment for all tests, in this order.
import { afterEach, beforeAll, expect, test } from "vitest";
import { drillResultSchema } from "../../packages/baton/src/drill/report/json.ts";
import { missing, seen, waitFor } from "../../packages/baton/src/sys/wait.ts";
import {
  type Drilling,
  keysOfDrills,
  lastNote,
  leftOnHosts,
  LOCK,
  NOTHING_LEFT,
  REST,
  rested,
  resultIn,
  startDrill,
} from "../scenario/support/hosts/drill.ts";
import { OPEN_MS } from "../scenario/support/hosts/hosts.ts";
import { inside } from "../scenario/support/hosts/inside.ts";
import { redisCli } from "../scenario/support/hosts/roles.ts";
import {
  tell,
  theDeployment,
  theHosts,
  unitsOfAll,
  useDeployment,
} from "../scenario/support/hosts/use.ts";
import { whyNoHosts } from "../scenario/support/hosts/why.ts";

useDeployment();

const slow = { timeout: 600_000 };
const running: Drilling[] = [];

const start = (...words: readonly string[]): Drilling => {
  const drill = startDrill(theDeployment(), ...words);
  running.push(drill);
  return drill;
};

beforeAll(async () => {
  if (whyNoHosts() !== undefined) return;
  const done = await theDeployment().deploy();
  expect(done.status, done.output).toBe(0);
  await theDeployment().untilWell();
}, OPEN_MS);

afterEach(async () => {
  for (const { child, done } of running.splice(0)) {
    if (child.exitCode === null && child.signalCode === null) child.kill("SIGINT");
    await done;
  }
});

test("a wrong name refuses before anybody is asked, and nothing is touched", slow, async () => {
  const before = await unitsOfAll();
  const { status, stderr } = await start("kill-primary", "--confirm", "staging").done;
  expect(status).toBe(2);
  expect(stderr).toContain('"staging": expected the name of the cluster, real; nothing was touched');
  expect(await unitsOfAll()).toEqual(before);
});

test("a host that is not as it should be is named, and nothing is touched", slow, async () => {
  const unit = "redis-sentinel.service";
  await inside(theHosts(), "h2", "systemctl", "stop", unit);
  try {
    const { status, stderr } = await start("kill-primary").done;
    expect(status).toBe(3);
    expect(stderr).toContain(`nothing was touched: h2: ${unit} is inactive`);
    expect(await leftOnHosts(theDeployment())).toEqual(NOTHING_LEFT);
  } finally {
    await inside(theHosts(), "h2", "systemctl", "start", unit);
  }
});

test("a dry run names every command on its host, and does nothing", slow, async () => {
  const before = await unitsOfAll();
  const { primary } = await theDeployment().untilWell();
  const { status, stdout, stderr } = await start("kill-primary", "--dry-run").done;
  expect(status, stderr).toBe(0);
  const plan = JSON.parse(stdout) as { readonly steps: readonly { readonly host: string }[] };
  expect(plan).toMatchObject({ dryRun: true, rest: null });
  expect(plan.steps.map(({ host }) => host)).toEqual([primary, primary]);
  expect(stdout).toContain("systemctl kill --signal=SIGKILL redis-server@main.service");
  expect(await unitsOfAll()).toEqual(before);
  expect(await leftOnHosts(theDeployment())).toEqual(NOTHING_LEFT);
  expect(await keysOfDrills(theDeployment())).toEqual([]);
});

test.each(["kill-primary", "freeze-primary", "return-after-partition"])(
  "%s ends with the report of a lab, nothing of it left, and a rest before the next",
  slow,
  async (fault) => {
    const primary = await rested(theDeployment());
    const done = await start(fault).done;
    const result = resultIn(done);
    tell(
      `${fault}: ${result.verdict}, away ${String(result.rto.measuredMs)} ms, ` +
        `${result.rpo.lost} of ${result.rpo.acknowledged} lost`,
    );
    expect(drillResultSchema.safeParse(result).success).toBe(true);
    // How long it takes is the machine's word as much as Baton's, beside three other hosts on it.
    expect(result.rto.measuredMs, result.reasons.join("; ")).toBeLessThan(2 * result.rto.objectiveMs);
    expect(done.status).toBe({ held: 0, broken: 1, unknown: 4 }[result.verdict]);
    expect(result.whole).toBe(true);
    expect(result.cluster).toMatchObject({ name: "real", place: "hosts", nodes: 3, sentinels: 3 });
    expect(result.timeline.map(({ event }) => event)).toEqual(
      expect.arrayContaining(["fault", "confirmed", "first-write", "cure", "whole"]),
    );
    const routed = result.clients.filter(({ kind }) => kind === "router");
    expect(routed).toHaveLength(4);
    for (const { id, lost, stuck } of routed)
      expect({ id, lost, stuck }).toEqual({ id, lost: 0, stuck: false });
    expect((await theDeployment().untilWell()).primary).not.toBe(primary);
    expect(await leftOnHosts(theDeployment())).toEqual(NOTHING_LEFT);
    expect(await keysOfDrills(theDeployment())).toEqual([REST]);
    const { verdict, startedAt: at } = result;
    expect(await lastNote(theDeployment())).toMatchObject({ fault, place: "hosts", verdict, at });
    const next = await start("kill-primary").done;
    expect(next.status).toBe(3);
    expect(next.stderr).toContain("the last drill was a short while ago");
  },
);

test("nobody drills or hands over while a drill is under way", slow, async () => {
  const primary = await rested(theDeployment());
  const { asking } = theDeployment();
  await redisCli(asking, primary, 6379, "SET", LOCK, "somebody", "PX", "60000");
  const second = await start("kill-primary").done;
  expect(second.status).toBe(3);
  expect(second.stderr).toContain("a drill is under way: somebody");
  const words = ["/usr/local/bin/baton", "switchover", "--file", "/etc/baton/cluster.yml"] as const;
  const handover = await theHosts().run("h1", words);
  expect(handover.status).toBe(1);
  expect(handover.stdout).toContain("a drill on the hosts of main is under way");
  expect(await theDeployment().untilWell()).toMatchObject({ primary });
});

test("a planned switchover is a drill, too", slow, async () => {
  const primary = await rested(theDeployment());
  const done = await start("switchover").done;
  const result = resultIn(done);
  expect(result.rpo.lost, result.reasons.join("; ")).toBe(0);
  expect(result.whole).toBe(true);
  expect((await theDeployment().untilWell()).primary).not.toBe(primary);
});

const MIDDLES = [
  { fault: "kill-host", said: "kill -9 of everything on", left: "zz-baton-drill.conf" },
  { fault: "return-after-partition", said: "the host of the primary, is cut off", left: "baton_drill" },
];

test.each(MIDDLES)("Ctrl-C in the middle of $fault cures everything", slow, async (middle) => {
  const primary = await rested(theDeployment());
  const drill = start(middle.fault);
  await drill.said(middle.said);
  expect((await leftOnHosts(theDeployment()))[primary]).toContain(middle.left);
  drill.child.kill("SIGINT");
  const { status, stderr } = await drill.done;
  expect(status).toBe(130);
  expect(stderr).toContain("1 of 1 hosts that were touched are cured; the cluster is whole");
  await theDeployment().untilWell();
  const units = (await unitsOfAll())[primary];
  for (const [unit, run] of Object.entries(units ?? {}))
    expect(run, unit).toMatchObject({ isActive: true });
  expect(await leftOnHosts(theDeployment())).toEqual(NOTHING_LEFT);
  expect(await keysOfDrills(theDeployment())).toEqual([REST]);
  expect(await theDeployment().temporaryFiles()).toEqual([]);
});

test("a limit that is broken cures at once, and the verdict says so", slow, async () => {
  await rested(theDeployment());
  const done = await start("freeze-primary", "--abort-after", "1").done;
  const result = resultIn(done);
  expect(result.verdict).toBe("broken");
  expect(done.status).toBe(1);
  expect(result.reasons.join("; ")).toContain("the limit of the drill is broken, cured at once");
  const cure = result.timeline.find(({ event }) => event === "cure");
  expect(cure?.atMs).toBeLessThan(5_000);
  expect(await leftOnHosts(theDeployment())).toEqual(NOTHING_LEFT);
});

test("hosts cure themselves when the machine of the drill is gone", slow, async () => {
  const primary = await rested(theDeployment());
  const drill = start("kill-host", "--abort-after", "5");
  await drill.said(`kill -9 of everything on ${primary}`);
  drill.child.kill("SIGKILL");
  await drill.done;
  expect((await leftOnHosts(theDeployment()))[primary]).toContain("baton-drill-cure.timer");
  const startMs = performance.now();
  const look = async () => {
    const left = (await leftOnHosts(theDeployment()))[primary] ?? "";
    return left === "" ? seen(undefined) : missing(left);
  };
  await waitFor("the host to cure itself", look, { withinMs: 150_000, everyMs: 500 });
  const tookMs = Math.round(performance.now() - startMs);
  tell(`without the machine of the drill a host cured itself ${tookMs} ms later`);
  await theDeployment().untilWell();
  for (const run of Object.values((await unitsOfAll())[primary] ?? {})) expect(run.isActive).toBe(true);
});
