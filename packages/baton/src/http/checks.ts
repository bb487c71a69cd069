// What load balancers and supervisors ask: /primary, /replica, /healthz, /readyz. Answered from what the
// last turn saw, never by asking Redis: a frozen Redis must not delay the answer that says so.
import type { Context, Hono } from "hono";
import type { RoleAnswer } from "../status/role-check.ts";

export interface HttpChecks {
  /** Names of the groups; without `?group=` the only one is meant. */
  readonly groups: readonly string[];
  primary(group: string): RoleAnswer;
  replica(group: string, maxLagBytes: number | undefined): RoleAnswer;
  /** Sentences on why this agent is not ready; none when it is. */
  notReady(): readonly string[];
}

/** The group that a request is about, or a sentence on what is wrong with it. */
function groupAsked(
  groups: readonly string[],
  asked: string | undefined,
): { readonly group: string } | { readonly error: string } {
  const [only, ...more] = groups;
  const known = groups.join(", ");
  if (asked === undefined && only !== undefined && more.length === 0) return { group: only };
  if (asked === undefined) return { error: `say which group with ?group=: ${known}` };
  if (groups.includes(asked)) return { group: asked };
  return { error: `no group of that name; there are: ${known}` };
}

const LAG_EXPECTED = "max-lag is a whole number of bytes, such as max-lag=1048576";

function maxLagOf(text: string | undefined): number | undefined | { readonly error: string } {
  if (text === undefined) return undefined;
  return /^\d{1,15}$/.test(text) ? Number(text) : { error: LAG_EXPECTED };
}

export function addChecks(app: Hono, checks: HttpChecks): void {
  const answer = (context: Context, judge: (group: string) => RoleAnswer) => {
    const asked = groupAsked(checks.groups, context.req.query("group"));
    if ("error" in asked) return context.json(asked, 400);
    const judged = judge(asked.group);
    return context.json(judged, judged.ok ? 200 : 503, { "cache-control": "no-store" });
  };
  app.get("/healthz", (context) => context.text("ok\n"));
  app.get("/readyz", (context) => {
    const reasons = checks.notReady();
    const isReady = reasons.length === 0;
    return context.json({ ready: isReady, reasons }, isReady ? 200 : 503, {
      "cache-control": "no-store",
    });
  });
  app.get("/primary", (context) => answer(context, (group) => checks.primary(group)));
  app.get("/replica", (context) => {
    const maxLag = maxLagOf(context.req.query("max-lag"));
    if (typeof maxLag === "object") return context.json(maxLag, 400);
    return answer(context, (group) => checks.replica(group, maxLag));
  });
}
