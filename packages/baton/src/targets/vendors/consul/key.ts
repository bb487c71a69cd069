// The key of Consul that holds the route: read by its leader, written only where its ModifyIndex is still
// the one that was read.
import { z } from "zod";
import type { Api } from "../../api/api.ts";
import { ApiRefusal } from "../../api/refusal.ts";
import type { Change, Reading } from "../../target.ts";
import {
  isRecorded,
  type Recorded,
  readingOf,
  recordedIn,
  recordOf,
  refuseNewer,
} from "../stores/recorded.ts";

const entries = z
  .array(z.object({ ModifyIndex: z.int().min(1), Value: z.string().nullable() }))
  .length(1);

export interface ConsulKey {
  readonly api: Api;
  readonly key: string;
  readonly group: string;
  /** undefined: that of the agent which is asked. */
  readonly datacenter: string | undefined;
}

interface Held {
  readonly recorded: Recorded;
  readonly modifyIndex: number;
  readonly text: string;
}

function pathOf({ key, datacenter }: ConsulKey, asked: Readonly<Record<string, string>>): string {
  const query = new URLSearchParams(datacenter === undefined ? asked : { ...asked, dc: datacenter });
  return `/v1/kv/${key.split("/").map(encodeURIComponent).join("/")}?${query.toString()}`;
}

/** Consul says nothing at all about a key that is not there; a proxy's 404 comes with a page. */
const isAbsent = (error: unknown): boolean =>
  error instanceof ApiRefusal && error.status === 404 && error.body === "";

async function look(own: ConsulKey, signal: AbortSignal): Promise<Held | undefined> {
  // `consistent`: by a leader that has asked the others whether it still is one.
  const path = pathOf(own, { consistent: "" });
  try {
    const { body } = await own.api.ask({ method: "GET", path, reply: entries }, signal);
    const [{ ModifyIndex: modifyIndex, Value: value } = { ModifyIndex: 0, Value: null }] = body;
    const text = Buffer.from(value ?? "", "base64").toString("utf8");
    return { recorded: recordedIn(text, own.key, own.group), modifyIndex, text };
  } catch (error) {
    if (isAbsent(error)) return undefined;
    throw error;
  }
}

export async function readKey(own: ConsulKey, signal: AbortSignal): Promise<Reading | undefined> {
  const held = await look(own, signal);
  return held && readingOf(held.recorded, held.text);
}

/** @throws Error when a newer epoch is recorded, or somebody else was quicker. */
export async function writeKey(own: ConsulKey, change: Change, signal: AbortSignal): Promise<void> {
  const before = await look(own, signal);
  refuseNewer(before?.recorded, change);
  if (isRecorded(before?.recorded, change)) return;
  // 0: only where there is no such key.
  const path = pathOf(own, { cas: String(before?.modifyIndex ?? 0) });
  const asked = { method: "PUT", path, body: recordOf(change), reply: z.boolean() } as const;
  const { body: isTaken } = await own.api.ask(asked, signal);
  if (isTaken) return;
  const after = await look(own, signal);
  refuseNewer(after?.recorded, change);
  if (isRecorded(after?.recorded, change)) return;
  throw new Error(`${own.key} was changed by somebody else between the look and the write`);
}
