// OpenStack's words for a refusal: Octavia's and Keystone's own, and what to do about them.
import { z } from "zod";
import type { Refused } from "../../api/api.ts";
import { excerptOf } from "../../api/refusal.ts";

const octaviaFault = z.object({ faultstring: z.string() }).transform(({ faultstring }) => faultstring);
/** How it answers where a pool is part of the path, and is not there. */
const octaviaProblem = z.object({ description: z.string() }).transform(({ description }) => description);
const keystoneError = z
  .object({ error: z.object({ message: z.string() }) })
  .transform(({ error }) => error.message);
const fault = z.union([octaviaFault, octaviaProblem, keystoneError]);

/** What it says; undefined for pages and for whatever else is no fault. */
function faultIn(body: string): string | undefined {
  try {
    return fault.safeParse(JSON.parse(body)).data;
  } catch {
    return undefined;
  }
}

const LOGIN = "user, project and password, or the application credential: is it expired or removed?";
const ROLE = "the credentials lack the role load-balancer_member (at OVHcloud: LoadBalancer Operator)";

function adviceFor({ status, path }: Refused): string {
  if (status === 401 && path.endsWith("/auth/tokens")) return `; check ${LOGIN}`;
  return status === 403 && path.includes("/lbaas/") ? `; ${ROLE}` : "";
}

/** For the end of a sentence. */
export function openstackWords(refused: Refused): string {
  return `${excerptOf(faultIn(refused.body) ?? refused.body)}${adviceFor(refused)}`;
}
