// Asks an agent for its status over HTTP. What comes back is held against a shape: it may be of an older or
// newer Baton, or of something else that listens there.
import { z } from "zod";
import { BatonError } from "../errors.ts";
import type { ShownStatus } from "../status/shown.ts";
import { timeLimit } from "../sys/time-limit.ts";

const endpoint = { address: z.string(), port: z.number() };
const count = z.number().nullable();
const text = z.string().nullable();
const moment = z.iso.datetime();

const route = z.discriminatedUnion("kind", [
  z.object({
    kind: z.literal("primary"),
    host: z.string(),
    ...endpoint,
    epoch: z.number(),
    confirmed: z.boolean(),
  }),
  z.object({ kind: z.literal("none"), reason: z.string() }),
]);
const confirmations = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("asked"), names: z.array(z.string()) }),
  z.object({ kind: z.enum(["not-asked", "refused"]) }),
]);
const node = z.object({
  id: z.string(),
  host: z.string(),
  zone: z.string(),
  ...endpoint,
  role: z.enum(["primary", "replica", "unknown"]),
  link: text,
  of: text,
  offsetBytes: count,
  lagBytes: count,
  reason: text,
});
const sentinel = z.object({
  id: z.string(),
  ...endpoint,
  state: z.enum(["heard", "silent"]),
  primary: z.object(endpoint).nullable(),
  epoch: count,
  flags: z.array(z.string()),
  tilt: z.boolean(),
  reason: text,
});
const target = z.object({
  name: z.string(),
  host: z.string(),
  reach: z.enum(["host", "shared"]),
  ok: z.boolean(),
  sentence: z.string(),
});
const severity = z.enum(["error", "warning", "info"]);
const drill = z.object({
  at: moment,
  fault: z.string(),
  place: z.enum(["lab", "hosts"]),
  sentence: z.string(),
  verdict: z.enum(["held", "broken", "unknown"]),
});
const group = z.object({
  name: z.string(),
  route,
  confirmations,
  problems: z.array(z.object({ code: z.string(), severity, message: z.string() })),
  nodes: z.array(node),
  sentinels: z.array(sentinel),
  // Agents before these keys had nothing to say about them.
  targets: z.array(target).default([]),
  routeSince: moment.nullable().default(null),
  decision: z.object({ kind: z.string(), reason: z.string(), at: moment }).nullable().default(null),
  doubts: z.array(z.string()).default([]),
  pause: z.object({ until: moment, by: z.string() }).nullable().default(null),
  drill: z
    .object({ fault: z.string(), by: z.string(), since: moment, until: moment })
    .nullable()
    .default(null),
  drills: z.array(drill).default([]),
});
const shape: z.ZodType<ShownStatus> = z.object({
  observedBy: z.string(),
  at: moment,
  groups: z.array(group),
});

const ASK_MS = 2_500;
/** 1,000 groups with their drills and long sentences stay below. */
const ANSWER_BYTES_MAX = 64 << 20;

/** What an error of fetch has to say stands in its cause. */
function reasonOf(error: unknown, url: string): string {
  const { message, cause } = error as Error;
  if (error instanceof z.ZodError) return `${url}: not the status of an agent`;
  if (error instanceof SyntaxError) return `${url}: no JSON, and so no status of an agent`;
  return `${url}: ${cause instanceof Error ? cause.message : message}`;
}

async function bodyOf(response: Response): Promise<string> {
  const decoder = new TextDecoder();
  const parts: string[] = [];
  let bytes = 0;
  for await (const chunk of response.body ?? []) {
    bytes += chunk.length;
    if (bytes > ANSWER_BYTES_MAX) throw new Error("it answers too much");
    parts.push(decoder.decode(chunk, { stream: true }));
  }
  return parts.join("");
}

/**
 * What the agent behind `url` ("http://10.0.0.11:8377") shows. @throws BatonError UNREACHABLE after 2.5 s,
 * and when what answers is no agent; the signal's reason when it is aborted
 */
export async function askStatus(url: string, signal: AbortSignal): Promise<ShownStatus> {
  const limit = timeLimit(ASK_MS);
  try {
    const response = await fetch(`${url}/status`, {
      signal: AbortSignal.any([signal, limit]),
      redirect: "error",
    });
    if (!response.ok) {
      await response.body?.cancel();
      throw new Error(`it answers ${response.status}`);
    }
    return shape.parse(JSON.parse(await bodyOf(response)));
  } catch (cause) {
    signal.throwIfAborted();
    const reason = limit.aborted ? `${url}: no answer within ${ASK_MS} ms` : reasonOf(cause, url);
    throw new BatonError("UNREACHABLE", reason, { cause });
  }
}
