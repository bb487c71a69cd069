import { expect, test } from "vitest";
import { systemClock } from "../sys/clock.ts";
import { missing, seen, waitFor } from "../sys/wait.ts";
import { openLedger } from "./ledger.ts";
import { watchOutage } from "./limit.ts";
import type { WorkloadClient } from "./workload/client.ts";

const client = (kind: string): WorkloadClient => ({
  id: `${kind}-1`,
  kind,
  way: "router",
  write: () => Promise.resolve({ kind: "acknowledged" }),
  closed: () => 0,
  close: () => undefined,
});

function watched(abortAfterMs: number | undefined, clients: readonly WorkloadClient[]) {
  const ledger = openLedger();
  const limits = abortAfterMs === undefined ? {} : { abortAfterMs };
  const options = { ...limits, clock: systemClock };
  const limit = watchOutage({ options, ledger, workload: { clients } }, systemClock.monotonicMs());
  return { ledger, limit };
}

test("a client on the router without a write for too long breaks the limit, and is named", async () => {
  const { limit } = watched(200, [client("router")]);
  const look = () => (limit.signal.aborted ? seen(undefined) : missing("the end of the limit"));
  await waitFor("the limit to be broken", look, { withinMs: 5_000, everyMs: 20 });
  expect((limit.signal.reason as Error).message).toBe(
    "the limit of the drill is broken, cured at once: router-1 was without an acknowledged write for 0.2 s",
  );
  await limit.close();
});

test("who goes on writing, and who is only compared with, breaks nothing", async () => {
  const { ledger, limit } = watched(300, [client("router"), client("ioredis-sentinel")]);
  const endMs = systemClock.monotonicMs() + 1_000;
  const look = () => {
    const nowMs = systemClock.monotonicMs();
    ledger.settled(ledger.sent("router-1", nowMs), nowMs, { kind: "acknowledged" });
    return nowMs >= endMs ? seen(undefined) : missing("the end of a second");
  };
  await waitFor("a second of writes", look, { withinMs: 5_000, everyMs: 20 });
  expect(limit.signal.aborted).toBe(false);
  await limit.close();
});

test("without a limit nothing is ever broken by it", async () => {
  const { limit } = watched(undefined, [client("router")]);
  await limit.close();
  expect(limit.signal.aborted).toBe(false);
});
