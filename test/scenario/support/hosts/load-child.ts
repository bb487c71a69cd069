// Writes through a router, in a process of its own on the network of an application, and keeps the ledger.
import { readFileSync } from "node:fs";
import { systemClock } from "../../../../packages/baton/src/sys/clock.ts";
import { missing, seen, waitFor } from "../../../../packages/baton/src/sys/wait.ts";
import { openLedger } from "../../../../packages/baton/src/drill/ledger.ts";
import type { LedgerEntry } from "../../../../packages/baton/src/drill/types.ts";
import { openSentinelClient } from "../../../../packages/baton/src/drill/workload/ioredis-sentinel.ts";
import { openRouterClient } from "../../../../packages/baton/src/drill/workload/router.ts";
import { startWorkload, type Workload } from "../../../../packages/baton/src/drill/workload/workload.ts";

export interface LoadChildOptions {
  /** Of the router; or of all Sentinels, with commas. */
  readonly address: string;
  readonly port: number;
  /** Each writes its ids to the list `PREFIX:CLIENT`. */
  readonly prefix: string;
  readonly clients: number;
  /** From one write of a client to its next. */
  readonly paceMs: number;
  /** Asked for the primary, in the place of a router: what is at the address is a Sentinel then. */
  readonly viaSentinels?: boolean;
  /** File of the authority, where the router speaks TLS. */
  readonly authority?: string;
}

export type FromLoadChild =
  | { readonly kind: "ready" }
  /** How many writes have been acknowledged until now, to a question. */
  | { readonly kind: "acknowledged"; readonly count: number }
  /** Times in milliseconds after the start. */
  | { readonly kind: "ledger"; readonly entries: readonly LedgerEntry[] };

/** A router holds a write for 10 s while there is no primary. */
const LAST_ANSWER_MS = 12_000;
const READY_MS = 30_000;

const say = (message: FromLoadChild, then?: () => void): void => {
  process.send?.(message, () => then?.());
};

// Whoever started it is gone.
process.on("disconnect", () => process.exit());

const { address, port, prefix, clients, paceMs, viaSentinels, authority } = JSON.parse(
  process.argv[2] ?? "{}",
) as LoadChildOptions;
const password = process.env["REDIS_PASSWORD"] ?? "";
const clock = systemClock;
const ledger = openLedger();
const startMs = clock.monotonicMs();
const ids = Array.from({ length: clients }, (_, index) => `client-${index + 1}`);
const workloads: Workload[] = [];
const tls =
  authority === undefined
    ? undefined
    : { authority: readFileSync(authority, "utf8"), certificate: "", key: "" };
for (const id of ids) {
  const sentinels = address.split(",").map((host) => ({ host, port }));
  const client = viaSentinels
    ? openSentinelClient({ id, sentinels, group: "main", password })
    : openRouterClient({ id, address, port, password, tls });
  const keyOf = (name: string) => `${prefix}:${name}`;
  workloads.push(startWorkload({ clients: [client], ledger, clock, keyOf, paceMs }));
  // Their writes come evenly, not all at once.
  await clock.sleep(paceMs / clients);
}

const countOf = (id: string): number => ledger.acknowledgedSince(id, 0);

process.on("message", (word) => {
  if (word === "count")
    say({ kind: "acknowledged", count: ids.reduce((sum, id) => sum + countOf(id), 0) });
  if (word === "stop")
    void Promise.all(workloads.map(async (one) => await one.stop(LAST_ANSWER_MS))).then(() =>
      say({ kind: "ledger", entries: ledger.entries(startMs) }, () => process.exit()),
    );
});

await waitFor(
  "every client to have written",
  () => {
    const idle = ids.find((id) => countOf(id) === 0);
    return idle === undefined ? seen(undefined) : missing(`an answer to ${idle}`);
  },
  { withinMs: READY_MS, everyMs: 20 },
);
say({ kind: "ready" });
