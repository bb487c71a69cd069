// The key that holds the route: read by a majority, written by a transaction that compares its revision.
import { z } from "zod";
import type { Change, Reading } from "../../target.ts";
import {
  isRecorded,
  type Recorded,
  readingOf,
  recordedIn,
  recordOf,
  refuseNewer,
} from "../stores/recorded.ts";
import type { Etcd } from "./client.ts";

/** 64 bits as text: a number of JavaScript has 53. */
const revision = z.string().regex(/^\d{1,20}$/);
const range = z.object({
  // What is empty or zero is left out by the gateway.
  kvs: z
    .array(z.object({ mod_revision: revision, value: z.string().default("") }))
    .max(1)
    .default([]),
});
const outcome = z.object({
  // Absent, not false, when the comparison did not hold.
  succeeded: z.boolean().default(false),
  responses: z.array(z.object({ response_range: range.optional() })).default([]),
});

interface Held {
  readonly recorded: Recorded;
  readonly modRevision: string;
  readonly text: string;
}

export interface EtcdKey {
  readonly etcd: Etcd;
  readonly key: string;
  readonly group: string;
}

const encoded = (text: string): string => Buffer.from(text, "utf8").toString("base64");

function heldIn({ kvs: [found] }: z.output<typeof range>, { key, group }: EtcdKey): Held | undefined {
  if (found === undefined) return undefined;
  const text = Buffer.from(found.value, "base64").toString("utf8");
  return { recorded: recordedIn(text, key, group), modRevision: found.mod_revision, text };
}

/** Linearizable: a member that was cut off from the majority does not answer. */
async function look(own: EtcdKey, signal: AbortSignal): Promise<Held | undefined> {
  const asked = {
    method: "POST",
    path: "/v3/kv/range",
    body: { key: encoded(own.key) },
    reply: range,
  } as const;
  return heldIn(await own.etcd.ask(asked, signal), own);
}

export async function readKey(own: EtcdKey, signal: AbortSignal): Promise<Reading | undefined> {
  const held = await look(own, signal);
  return held && readingOf(held.recorded, held.text);
}

/**
 * May be repeated: a transaction whose answer was lost leaves a revision behind that no second one compares
 * equal to, and then what is found is what was meant.
 * @throws Error when a newer epoch is recorded, or somebody else was quicker.
 */
export async function writeKey(own: EtcdKey, change: Change, signal: AbortSignal): Promise<void> {
  const before = await look(own, signal);
  refuseNewer(before?.recorded, change);
  if (isRecorded(before?.recorded, change)) return;
  const key = encoded(own.key);
  const seen =
    before === undefined
      ? { key, target: "CREATE", result: "EQUAL", create_revision: "0" }
      : { key, target: "MOD", result: "EQUAL", mod_revision: before.modRevision };
  const body = {
    compare: [seen],
    success: [{ requestPut: { key, value: encoded(JSON.stringify(recordOf(change))) } }],
    failure: [{ requestRange: { key } }],
  };
  const asked = { method: "POST", path: "/v3/kv/txn", body, reply: outcome } as const;
  const { succeeded, responses } = await own.etcd.ask(asked, signal);
  if (succeeded) return;
  const [response] = responses;
  const after = heldIn(response?.response_range ?? { kvs: [] }, own);
  refuseNewer(after?.recorded, change);
  if (isRecorded(after?.recorded, change)) return;
  throw new Error(`${own.key} was changed by somebody else between the look and the write`);
}
