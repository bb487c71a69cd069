// OVHcloud's words for a refusal, old style and new, with what to do about it.
import { z } from "zod";
import type { Refused } from "../../api/api.ts";
import { excerptOf } from "../../api/refusal.ts";

const oldStyle = z.object({ errorCode: z.string().max(100), message: z.string() });
const newStyle = z.object({ class: z.string().max(100), message: z.string() });

export interface Said {
  /** `INVALID_CREDENTIAL`, `Client::NotFound::IpLoadbalancing`; undefined when there was none. */
  readonly code: string | undefined;
  readonly message: string;
}

/** Reads either style; undefined for pages of balancers and whatever else is no error of the API's own. */
export function saidIn(body: string): Said | undefined {
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch {
    return undefined;
  }
  const old = oldStyle.safeParse(value);
  if (old.success) return { code: old.data.errorCode, message: old.data.message };
  const fresh = newStyle.safeParse(value);
  if (fresh.success) return { code: fresh.data.class, message: fresh.data.message };
  const plain = z.object({ message: z.string() }).safeParse(value);
  return plain.success ? { code: undefined, message: plain.data.message } : undefined;
}

const NEW_KEY = "it was revoked, has expired, or is of another application: make a new consumer key";
const ADVICE: Readonly<Record<string, string>> = {
  INVALID_CREDENTIAL: NEW_KEY,
  NOT_CREDENTIAL: NEW_KEY,
  INVALID_KEY: "the application key is of no application: was it deleted, or is it of another endpoint?",
  INVALID_SIGNATURE: "the application secret or the consumer key is not the one of this application",
  QUERY_TIME_OUT: "its own time, asked for just before, is refused: does a gateway hold requests?",
};

function adviceFor(code: string | undefined, { method, path, status }: Refused): string {
  if (code === "NOT_GRANTED_CALL") return `; the consumer key has no access rule for ${method} ${path}`;
  const known = ADVICE[code ?? ""];
  if (known !== undefined) return `; ${known}`;
  return status === 403 && code?.startsWith("Client::Forbidden")
    ? "; the IAM policy of these credentials has no such action for this resource"
    : "";
}

/** For the end of a sentence: what OVHcloud said, and what to do about it. */
export function ovhWords(refused: Refused): string {
  const said = saidIn(refused.body);
  if (said === undefined) return excerptOf(refused.body);
  const code = said.code === undefined ? "" : `: ${said.code}`;
  return `${code}${excerptOf(said.message)}${adviceFor(said.code, refused)}`;
}

/** The number of a query, which OVHcloud's support asks for. */
export const OVH_TRACE = "X-Ovh-QueryID";
