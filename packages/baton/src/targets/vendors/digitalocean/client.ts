// DigitalOcean's API: one token, its refusals with what to do about them, and how many requests it has left.
import { createHash } from "node:crypto";
import { z } from "zod";
import { type Asked, openApi, type Refused } from "../../api/api.ts";
import { ApiRefusal, excerptOf } from "../../api/refusal.ts";
import { type Surroundings, TryLater } from "../../target.ts";
import type { Access } from "./settings.ts";

/** The vendor counts 250 a minute for a token, and every agent asks with the same one. */
const PER_SECOND = 3;
/** What is under way at the vendor's takes seconds. */
const BUSY_MS = 1_000;
/** 422 for reserved IPs and droplets; 403, of all things, for load balancers. */
const BUSY = /pending event|processes previous actions/i;

export interface Scoped<T> extends Asked<T> {
  /** What a token needs for it, as the vendor names it: `reserved_ip:update`. */
  readonly scope: string;
}

/** Requests of the present hour. */
export interface Budget {
  readonly limit: number;
  readonly left: number;
}

export interface DigitalOcean {
  /**
   * @throws ApiRefusal for an answer that is no success, with the scope that it may lack; TryLater for a
   *   limit, and while the vendor is busy with an earlier change; Error for what the network says.
   */
  ask<T>(asked: Scoped<T>, signal: AbortSignal): Promise<T>;
  /** As the last answer said; undefined before the first. */
  budget(): Budget | undefined;
  close(): Promise<void>;
}

const refusal = z.object({
  id: z.string().max(100),
  message: z.string().max(1_000),
  request_id: z.string().max(100).optional(),
});

function refusalIn(body: string): z.output<typeof refusal> | undefined {
  try {
    return refusal.safeParse(JSON.parse(body)).data;
  } catch {
    return undefined;
  }
}

/** Without the number of the request, which would make every refusal a new one. */
function saidOf({ body }: Refused): string {
  const found = refusalIn(body);
  return found === undefined ? excerptOf(body) : excerptOf(`${found.id}: ${found.message}`);
}

function explained(error: unknown, scope: string): unknown {
  if (!(error instanceof ApiRefusal)) return error;
  const { status, body, message } = error;
  const number = refusalIn(body)?.request_id;
  const trace = number === undefined ? undefined : `request_id ${number}`;
  const refused = (next: string) => new ApiRefusal(`${message}${next}`, status, body, trace);
  if ((status === 403 || status === 422) && BUSY.test(body)) return new TryLater(message, BUSY_MS);
  if (status === 401) return refused("; the token is not valid, or not any more: make a new one");
  if (status === 403) return refused(`; the token needs the scope ${scope}`);
  return refused("");
}

/** @throws BatonError SECRET */
export async function openDigitalOcean(
  { token: reference, endpoint }: Access,
  { name, readSecret, pacerOf, wallMs }: Surroundings,
): Promise<DigitalOcean> {
  const token = await readSecret(`of target ${name}`, reference);
  const account = createHash("sha256").update(token).digest("hex").slice(0, 16);
  let budget: Budget | undefined;
  const api = openApi({
    vendor: "DigitalOcean",
    base: endpoint,
    pacer: pacerOf(`digitalocean ${account}`, PER_SECOND),
    secrets: [token],
    saidOf,
    sign: () => ({ authorization: `Bearer ${token}` }),
    // Seconds since 1970; then the oldest request of the hour is forgotten.
    resetMs: (header) => Number(header("ratelimit-reset") ?? Number.NaN) * 1_000 - wallMs(),
  });
  return {
    async ask(asked, signal) {
      try {
        const { body, header } = await api.ask(asked, signal);
        const limit = Number(header("ratelimit-limit"));
        const left = Number(header("ratelimit-remaining"));
        if (limit > 0 && left >= 0) budget = { limit, left };
        return body;
      } catch (error) {
        throw explained(error, asked.scope);
      }
    },
    budget: () => budget,
    close: () => api.close(),
  };
}
