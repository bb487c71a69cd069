import { Registry } from "prom-client";
import { expect, test } from "vitest";
import { publish } from "./channels.ts";
import { registerMetrics } from "./metrics.ts";

test("what clients tell is counted in the registry that was given, until it is stopped", async () => {
  const registry = new Registry();
  const stop = registerMetrics(registry);
  const client = "orders";
  const address = "192.0.2.1:6379";
  const call = { client, attempts: 1, durationMs: 4 };
  publish("redis-baton:connected", { client, address, role: "primary" });
  publish("redis-baton:primary", { client, address, epoch: 7 });
  publish("redis-baton:breaker", { client, state: "open" });
  publish("redis-baton:unclear", { client, reason: "no two agree" });
  publish("redis-baton:call", { ...call, kind: "done", error: "" });
  publish("redis-baton:call", { ...call, kind: "not-done", error: "MADEUP17" });
  const failed = { client, kind: "unknown", error: "timeout", message: "nothing", attempt: 0 } as const;
  publish("redis-baton:attempt-failed", failed);
  const text = await registry.metrics();
  for (const line of [
    'baton_client_connected{client="orders",role="primary"} 1',
    'baton_client_primary_epoch{client="orders"} 7',
    'baton_client_breaker_open{client="orders"} 1',
    'baton_client_unclear_total{client="orders"} 1',
    'baton_client_calls_total{client="orders",outcome="done",error=""} 1',
    'baton_client_calls_total{client="orders",outcome="not-done",error="other"} 1',
    'baton_client_attempt_failures_total{client="orders",outcome="unknown",error="timeout"} 1',
    'baton_client_call_seconds_bucket{le="0.005",client="orders"} 2',
  ])
    expect(text).toContain(`${line}\n`);
  stop();
  publish("redis-baton:closed", { client, address, role: "primary", reason: "closed" });
  expect(await registry.metrics()).toBe(text);
  expect(() => registerMetrics(registry)).toThrow("already been registered");
});
