// Prometheus metrics of all clients of this process, made of what they tell on the diagnostics channels.
import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { Counter, Gauge, Histogram, type Registry } from "prom-client";
import type { ClientEvents } from "./channels.ts";

/** A script of the application may invent error words; labels must not grow without a limit. */
const OWN = ["", "timeout", "connection-lost", "no-connection", "no-primary", "breaker-open"];
const PASSING = ["READONLY", "LOADING", "MASTERDOWN", "NOREPLICAS", "BUSY", "TRYAGAIN"];
const FINAL = ["NOAUTH", "WRONGPASS", "NOPERM", "WRONGTYPE", "OOM", "MISCONF", "EXECABORT", "ERR"];
const ERRORS = new Set([...OWN, ...PASSING, ...FINAL]);
const known = (error: string): string => (ERRORS.has(error) ? error : "other");

const SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

function createMetrics(registry: Registry) {
  const registers = [registry];
  return {
    calls: new Counter({
      name: "baton_client_calls_total",
      help: "Calls by how they ended; the error is empty for those that were done.",
      labelNames: ["client", "outcome", "error"],
      registers,
    }),
    callSeconds: new Histogram({
      name: "baton_client_call_seconds",
      help: "Duration of calls with all their attempts.",
      labelNames: ["client"],
      buckets: SECONDS,
      registers,
    }),
    failures: new Counter({
      name: "baton_client_attempt_failures_total",
      help: "Attempts that failed; the call may have gone on.",
      labelNames: ["client", "outcome", "error"],
      registers,
    }),
    connected: new Gauge({
      name: "baton_client_connected",
      help: "Connections that are ready for commands.",
      labelNames: ["client", "role"],
      registers,
    }),
    primaryEpoch: new Gauge({
      name: "baton_client_primary_epoch",
      help: "Sentinel's config-epoch of the primary that is believed; it grows with every failover.",
      labelNames: ["client"],
      registers,
    }),
    unclear: new Counter({
      name: "baton_client_unclear_total",
      help: "Times that the Sentinels did not agree on a primary, or could not be asked.",
      labelNames: ["client"],
      registers,
    }),
    breakerOpen: new Gauge({
      name: "baton_client_breaker_open",
      help: "1 while calls are not sent after failures in a row.",
      labelNames: ["client"],
      registers,
    }),
  };
}

type Listeners = { readonly [N in keyof ClientEvents]: (event: ClientEvents[N]) => void };

function listenersFor(metrics: ReturnType<typeof createMetrics>): Listeners {
  const { calls, callSeconds, failures, connected, primaryEpoch, unclear, breakerOpen } = metrics;
  return {
    "redis-baton:connected": ({ client, role }) => connected.inc({ client, role }),
    "redis-baton:closed": ({ client, role }) => connected.dec({ client, role }),
    "redis-baton:primary": ({ client, epoch }) => primaryEpoch.set({ client }, epoch),
    "redis-baton:unclear": ({ client }) => unclear.inc({ client }),
    "redis-baton:breaker": ({ client, state }) =>
      breakerOpen.set({ client }, state === "closed" ? 0 : 1),
    "redis-baton:attempt-failed": ({ client, kind, error }) =>
      failures.inc({ client, outcome: kind, error: known(error) }),
    "redis-baton:call"({ client, kind, error, durationMs }) {
      calls.inc({ client, outcome: kind, error: known(error) });
      callSeconds.observe({ client }, durationMs / 1_000);
    },
  };
}

/**
 * Registers the metrics of all clients of this process with `registry`, before they are opened: what happened
 * earlier is not counted.
 * @returns what stops the counting; the metrics stay in the registry
 * @throws Error when the registry has them already
 */
export function registerMetrics(registry: Registry): () => void {
  const listeners = Object.entries(listenersFor(createMetrics(registry))).map(
    ([name, listener]) => [name, (event: unknown) => listener(event as never)] as const,
  );
  for (const [name, listener] of listeners) subscribe(name, listener);
  return () => {
    for (const [name, listener] of listeners) unsubscribe(name, listener);
  };
}
