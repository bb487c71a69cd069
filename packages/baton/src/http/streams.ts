// The two streams of server-sent events: the journal as it is written, and everything that the page shows.
import type { Context, Hono } from "hono";
import type { EventHub } from "./events.ts";
import type { LiveHub } from "./live.ts";

export interface Hubs {
  readonly events: EventHub;
  readonly live: LiveHub;
}

/** A page that shows more groups than this at once is one that nobody reads. */
const LIVE_GROUPS_MAX = 8;

const HEADERS = {
  "content-type": "text/event-stream",
  "cache-control": "no-store",
  "x-accel-buffering": "no",
};

function lastEventId(context: Context): number | undefined {
  const id = context.req.header("last-event-id");
  return id !== undefined && /^\d{1,15}$/.test(id) ? Number(id) : undefined;
}

function answer(
  context: Context,
  open: () => ReadableStream<Uint8Array> | undefined,
): Response | Promise<Response> {
  // The body of a HEAD is thrown away unread: a stream for it would never be ended.
  if (context.req.method === "HEAD") return context.body(null, 200, HEADERS);
  const stream = open();
  if (stream !== undefined) return context.body(stream, 200, HEADERS);
  return context.json({ error: "as many clients as there may be listen already" }, 503);
}

/** The groups that are asked for, or a sentence on what is wrong with that. */
function groupsAsked(
  known: readonly string[],
  asked: readonly string[],
): { readonly groups: readonly string[] } | { readonly error: string } {
  if (asked.length === 0) return { groups: known.length <= LIVE_GROUPS_MAX ? known : [] };
  const groups = [...new Set(asked)];
  if (groups.length > LIVE_GROUPS_MAX) return { error: `at most ${LIVE_GROUPS_MAX} groups at once` };
  const stranger = groups.find((name) => !known.includes(name));
  return stranger === undefined
    ? { groups }
    : { error: "no group of that name: /status has all of them" };
}

export function addStreams(app: Hono, { events, live }: Hubs, groups: readonly string[]): void {
  app.get("/api/events", (context) => answer(context, () => events.open(lastEventId(context))));
  app.get("/api/live", (context) => {
    const asked = groupsAsked(groups, context.req.queries("group") ?? []);
    if ("error" in asked) return context.json(asked, 400);
    return answer(context, () => live.open({ ...asked, lastEventId: lastEventId(context) }));
  });
}
