// Who asks OVHcloud's API: an application that signs, or a service account with a token that it renews.
import { z } from "zod";
import { BatonError } from "../../../errors.ts";
import { type Api, openApi } from "../../api/api.ts";
import type { Pacer } from "../../api/pacer.ts";
import type { ApiRefusal } from "../../api/refusal.ts";
import type { Surroundings } from "../../target.ts";
import { type OvhAccess, placesOf } from "./access.ts";
import { OVH_TRACE, ovhWords, saidIn } from "./refusal.ts";
import { type ApplicationKeys, signatureHeaders, type SignedRequest } from "./signature.ts";
import type { VendorTime } from "./vendor-time.ts";

export interface Identity {
  readonly kind: OvhAccess["credentials"];
  /** Values that no message may contain; a new token is added. */
  readonly secrets: readonly string[];
  sign(request: SignedRequest, signal: AbortSignal): Promise<Readonly<Record<string, string>>>;
  /**
   * Whether what it has learned (a time, a token) may be what is refused. It has forgotten it then, and the
   * request may be sent once more: nobody has carried it out.
   */
  forgets(refusal: ApiRefusal): boolean;
  close(): Promise<void>;
}

export interface IdentityParts {
  readonly access: OvhAccess;
  readonly surroundings: Surroundings;
  readonly pacer: Pacer;
  readonly vendorTime: VendorTime;
  /** Milliseconds. */
  readonly monotonicMs: () => number;
}

async function openApplication(parts: IdentityParts): Promise<Identity> {
  const { access, surroundings, vendorTime } = parts;
  const { readSecret, name } = surroundings;
  const what = `of target ${name}`;
  const keys: ApplicationKeys = {
    applicationKey: await readSecret(what, access.applicationKey),
    applicationSecret: await readSecret(what, access.applicationSecret),
    consumerKey: await readSecret(what, access.consumerKey),
  };
  return {
    kind: "application",
    secrets: Object.values(keys),
    async sign(request, signal) {
      return signatureHeaders(keys, request, await vendorTime.seconds(signal));
    },
    forgets({ body }) {
      const code = saidIn(body)?.code;
      const isOfTime = code === "QUERY_TIME_OUT" || code === "INVALID_SIGNATURE";
      if (isOfTime) vendorTime.forget();
      return isOfTime;
    },
    close: () => Promise.resolve(),
  };
}

const tokenReply = z.object({
  // Goes into a header.
  access_token: z.string().regex(/^[\x21-\x7e]{1,16384}$/, { error: "Expected a token" }),
  /** Seconds. */
  expires_in: z.number().min(1).max(31_536_000).default(300),
});

/** A token is not used in its last minute, and not in the last tenth of a short life. */
const EARLY_MS = 60_000;
/** A token this fresh is not what is wrong. */
const FRESH_MS = 5_000;

interface Token {
  readonly text: string;
  readonly gotAtMs: number;
  readonly untilMs: number;
}

function openTokens(api: Api, path: string, form: Readonly<Record<string, string>>) {
  return async (nowMs: number, signal: AbortSignal): Promise<Token> => {
    const answer = await api.ask({ method: "POST", path, form, reply: tokenReply }, signal);
    const { access_token: text, expires_in: seconds } = answer.body;
    const lifeMs = seconds * 1_000 - Math.min(EARLY_MS, seconds * 100);
    return { text, gotAtMs: nowMs, untilMs: nowMs + lifeMs };
  };
}

async function openServiceAccount(parts: IdentityParts): Promise<Identity> {
  const { access, surroundings, pacer, monotonicMs } = parts;
  const { readSecret, name } = surroundings;
  const what = `of target ${name}`;
  const { tokenUrl } = placesOf(access);
  if (tokenUrl === undefined) {
    const found = `target ${name}: a service account at ${access.endpoint} has no tokenUrl`;
    throw new BatonError("CLUSTER_FILE", `${found}; say where its tokens come from`);
  }
  const client_id = await readSecret(what, access.clientId);
  const client_secret = await readSecret(what, access.clientSecret);
  const secrets = [client_id, client_secret];
  const { origin, pathname } = new URL(tokenUrl);
  const words = { saidOf: ovhWords, traceHeader: OVH_TRACE };
  const api = openApi({ vendor: "OVHcloud", base: origin, pacer, secrets, ...words });
  const form = { grant_type: "client_credentials", client_id, client_secret, scope: "all" };
  const fetchToken = openTokens(api, pathname, form);
  let token: Token | undefined;
  return {
    kind: "service-account",
    secrets,
    async sign(_request, signal) {
      if (token === undefined || monotonicMs() >= token.untilMs) {
        token = await fetchToken(monotonicMs(), signal);
        // The one before may still be on its way in a message.
        const [before] = secrets.slice(2);
        secrets.splice(2, secrets.length, token.text, ...(before === undefined ? [] : [before]));
      }
      return { authorization: `Bearer ${token.text}` };
    },
    forgets({ status }) {
      if (status !== 401 && status !== 403) return false;
      if (token === undefined || monotonicMs() - token.gotAtMs < FRESH_MS) return false;
      token = undefined;
      return true;
    },
    close: () => api.close(),
  };
}

/** @throws BatonError SECRET; CLUSTER_FILE for a service account that nobody has told where to go. */
export const openIdentity = (parts: IdentityParts): Promise<Identity> =>
  parts.access.credentials === "application" ? openApplication(parts) : openServiceAccount(parts);
