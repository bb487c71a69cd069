// The clients of this process, of which each knows one address: HAProxy's, or that of Baton's router.
import { subscribe } from "node:diagnostics_channel";
import { Redis, ReplyError } from "ioredis";
import { openClient } from "redis-baton-client";
import { ioredis } from "redis-baton-client/ioredis";

/** Longer than a failover (down-after + 3 s), and no longer than somebody waits for a button. */
const WRITE_MS = 8_000;
/** It is on this host, and says at once when it leads to nobody: to ask it often costs nothing. */
const PAUSE_MS_MAX = 250;

/**
 * `pages` have another answer when Redis has none: one attempt of half a second or so, and none while the
 * breaker is open. `writes` have none: they are tried until their time is over. `endpoint`: ADDRESS:PORT.
 */
export function openRedis({ endpoint, username, password }) {
  const [, host, port] = /^(.+):(\d{1,5})$/.exec(endpoint);
  const common = {
    backoffMaxMs: PAUSE_MS_MAX,
    library: ioredis({ Redis, ReplyError }),
    router: { host, port: Number(port) },
    username,
    password,
  };
  const pages = openClient({ ...common, name: "pages", connectTimeoutMs: 200, commandTimeoutMs: 300 });
  const writes = openClient({ ...common, name: "writes", retryForMs: WRITE_MS });
  return {
    pages,
    writes,
    close() {
      pages.close();
      writes.close();
    },
  };
}

/** Not as somebody wanted, and by how much is known: `outcome` is "not done" or "unknown". */
export class NotWritten extends Error {
  name = "NotWritten";

  constructor({ kind, error, message }) {
    super(message);
    this.outcome = kind === "unknown" ? "unknown" : "not done";
    this.error = error;
  }
}

/** @returns what the server said. @throws NotWritten */
export function valueOf(outcome) {
  if (outcome.kind === "done") return outcome.value;
  throw new NotWritten(outcome);
}

/** How calls ended, for /metrics; what became of connections, as lines. No command and no value is in it. */
export function watchCalls(say) {
  const counts = new Map();
  subscribe("redis-baton:connected", ({ client, address }) => say(`${client}: connected to ${address}`));
  subscribe("redis-baton:closed", ({ client, reason }) => {
    if (reason !== "the client was closed") say(`${client}: closed, ${reason}`);
  });
  subscribe("redis-baton:breaker", ({ client, state }) => say(`${client}: breaker ${state}`));
  subscribe("redis-baton:call", ({ client, kind }) => {
    const labels = `client="${client}",outcome="${kind}"`;
    counts.set(labels, (counts.get(labels) ?? 0) + 1);
  });
  return () =>
    [...counts.keys()].sort().map((labels) => `shop_redis_calls_total{${labels}} ${counts.get(labels)}`);
}
