// A planned handover on real processes: under load, twice at once, refused, interrupted, and in maintenance.
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { missing, seen, waitFor } from "../../packages/baton/src/sys/wait.ts";
import { baton, startBaton } from "./support/baton.ts";
import {
  lostOf,
  nodesOf,
  resultOf,
  routerOf,
  theHome,
  theLab,
  useOneLab,
  whole,
  write,
} from "./support/switchover.ts";

useOneLab();

/** Who was primary when `whole` last looked. */
let present = "h1";

test("under load: no write is lost, clients are cut once, and no node resyncs in full", async () => {
  const writers = [1, 2, 3, 4].map((number) => write(`load:${number}`, routerOf()));
  const busy = () =>
    writers.every(({ acknowledged }) => acknowledged.length > 50) ? seen(true) : missing("writes");
  await waitFor("every client to write", busy, { withinMs: 10_000 });
  const closedBefore = writers.map(({ closed }) => closed);
  const ran = await baton(theHome(), ["switchover", "--to", "h2", "--json"]);
  const result = resultOf(ran.out);
  expect([ran.code, result.outcome, result.late], ran.err).toEqual([0, "done", false]);
  expect(result).toMatchObject({ from: "h1", to: "h2", fullResyncs: 0 });
  present = await whole(5_000);
  expect(present).toBe("h2");
  const had = writers.map(({ acknowledged }) => acknowledged.length);
  const again = () =>
    writers.every(({ acknowledged }, index) => acknowledged.length > (had[index] ?? 0) + 20)
      ? seen(true)
      : missing("writes");
  await waitFor("every client to write again", again, { withinMs: 10_000 });
  const closed = writers.map((writer, index) => writer.closed - (closedBefore[index] ?? 0));
  expect(Math.max(...closed), "closed connections of a client").toBeLessThanOrEqual(1);
  for (const writer of writers) await writer.stop();
  for (const [index, writer] of writers.entries()) {
    expect(await lostOf(`load:${index + 1}`, writer, present)).toEqual([]);
  }
  const conf = await readFile(join(theLab().directory, "h2", "redis.conf"), "utf8");
  expect(conf).toMatch(/^replica-priority 100$/m);
});

test("two at once: one wins, the other is refused and changes nothing", async () => {
  const both = await Promise.all([
    baton(theHome(), ["switchover", "--json"]),
    baton(theHome(), ["switchover", "--json"]),
  ]);
  const outcomes = both.map(({ out }) => resultOf(out).outcome).sort();
  expect(outcomes).toEqual(["done", "refused"]);
  present = await whole(5_000);
});

test("refused, with the reason, when the target is not fit, and nothing is touched", async () => {
  const replica = nodesOf().find(({ id }) => id !== present)?.host ?? "";
  await theLab().stop(replica);
  const ran = await baton(theHome(), ["switchover", "--to", replica, "--json"]);
  await theLab().cont(replica);
  expect(ran.code).toBe(1);
  expect(resultOf(ran.out)).toMatchObject({ outcome: "refused", steps: [] });
  expect(resultOf(ran.out).reason).toContain(`${replica} does not answer`);
  present = await whole(10_000);
});

/** Starts a switchover and waits until it is in its longest step before the pause. */
async function startPreferring(to: string): Promise<ReturnType<typeof startBaton>> {
  const running = startBaton(theHome(), ["switchover", "--to", to, "--json"]);
  const begun = () => (running.err().includes("prefer begins") ? seen(true) : missing(running.err()));
  await waitFor("the step prefer", begun, { withinMs: 10_000, everyMs: 1 });
  return running;
}

test("interrupted before the promotion: everything is taken back, and nothing has changed", async () => {
  const replica = nodesOf().find(({ id }) => id !== present)?.host ?? "";
  const running = await startPreferring(replica);
  running.child.kill("SIGINT");
  const ran = await running.done;
  expect(ran.code).toBe(1);
  const { outcome, reason, steps: told } = resultOf(ran.out);
  expect([outcome, reason]).toEqual(["undone", "prefer: interrupted; nothing has changed"]);
  const undone = told.filter(({ state }) => state === "undone").map(({ step }) => step);
  expect(undone).toEqual(["prefer", "claim"]);
  expect(await whole(2_000)).toBe(present);
});

test("a target that freezes is no new primary, and what it kept is put back when it thaws", async () => {
  const replica = nodesOf().find(({ id }) => id !== present)?.host ?? "";
  const running = await startPreferring(replica);
  await theLab().stop(replica);
  const ran = await running.done;
  const { outcome } = resultOf(ran.out);
  await theLab().cont(replica);
  // Sentinel may have known the preference already; then the freeze came after the handover.
  expect(["undone", "done", "incomplete"]).toContain(outcome);
  const primary = await whole(20_000);
  if (outcome === "undone") expect(primary).toBe(present);
  present = primary;
});

test("maintenance: agents only watch, and end it by themselves", async () => {
  const paused = await baton(theHome(), ["pause", "--for", "8s", "--json"]);
  expect(paused.code).toBe(0);
  const ran = await baton(theHome(), ["switchover", "--json"]);
  expect(resultOf(ran.out).reason).toContain("paused until");
  const look = async () => {
    const { out } = await baton(theHome(), ["status", "--json"]);
    return out.includes('"maintenance"') ? missing("the end of the pause") : seen(true);
  };
  await waitFor("the pause to end", look, { withinMs: 14_000 });
});
