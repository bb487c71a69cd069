// The one door to OVHcloud's API v1, for every kind of target there: signs or brings a token, learns the
// vendor's time, keeps to two requests a second, and says what a refusal means.
import { z } from "zod";
import { systemClock } from "../../../sys/clock.ts";
import { type Asked, openApi } from "../../api/api.ts";
import { ApiRefusal } from "../../api/refusal.ts";
import type { Proof, Surroundings } from "../../target.ts";
import { type OvhAccess, placesOf } from "./access.ts";
import { openIdentity } from "./identity.ts";
import { OVH_TRACE, ovhWords, saidIn } from "./refusal.ts";
import { type OvhNeeds, proveConsumerKey, serviceAccountRights } from "./rights.ts";
import { openVendorTime } from "./vendor-time.ts";

/** OVHcloud names no limit, and answers too many with 429, 408 or 500. */
const REQUESTS_PER_SECOND = 2;
/** A look, the changes of every server, the refresh, its task and the look afterwards: in one go. */
const REQUESTS_AT_ONCE = 30;

/** From 2001 to 5138: no milliseconds by mistake. */
const time = z.int().min(1_000_000_000).max(99_999_999_999);

export interface Ovh {
  /**
   * The body of a success. What is refused because of a stale time or token is asked once more; nothing
   * else.
   * @throws ApiRefusal with OVHcloud's code and what it means, X-Ovh-QueryID its trace; TryLater; Error for
   *   what the network says; the signal's reason.
   */
  ask<T>(asked: Asked<T>, signal: AbortSignal): Promise<T>;
  /** OVHcloud's time, seconds since 1970: the same for all agents, however wrong their clocks are. */
  seconds(signal: AbortSignal): Promise<number>;
  /** Whether the credentials are good for what is needed. Reads only, and never rejects. */
  prove(needs: OvhNeeds, signal: AbortSignal): Promise<readonly Proof[]>;
  close(): Promise<void>;
}

/** A wrong application secret is 400: credentials that are to be read again, for whoever looks at it. */
const asCredentials = (refusal: ApiRefusal): ApiRefusal =>
  saidIn(refusal.body)?.code === "INVALID_SIGNATURE"
    ? new ApiRefusal(refusal.message, 401, refusal.body, refusal.trace)
    : refusal;

/**
 * Reads the secrets; asks nothing yet.
 * @throws BatonError SECRET, CLUSTER_FILE
 */
export async function openOvh(
  access: OvhAccess,
  surroundings: Surroundings,
  monotonicMs: () => number = () => systemClock.monotonicMs(),
): Promise<Ovh> {
  const { base } = placesOf(access);
  const pacer = surroundings.pacerOf(`ovh ${new URL(base).host}`, REQUESTS_PER_SECOND, REQUESTS_AT_ONCE);
  const { wallMs } = surroundings;
  const vendor = { vendor: "OVHcloud", base, pacer, saidOf: ovhWords, traceHeader: OVH_TRACE };
  const unsigned = openApi({ ...vendor, secrets: [] });
  const askTime = async (signal: AbortSignal) => {
    return (await unsigned.ask({ method: "GET", path: "/auth/time", reply: time }, signal)).body;
  };
  const vendorTime = openVendorTime({ ask: askTime, wallMs, monotonicMs });
  const identity = await openIdentity({ access, surroundings, pacer, vendorTime, monotonicMs });
  const { secrets, sign } = identity;
  const api = openApi({ ...vendor, secrets, sign });

  async function ask<T>(asked: Asked<T>, signal: AbortSignal): Promise<T> {
    try {
      return (await api.ask(asked, signal)).body;
    } catch (error) {
      if (!(error instanceof ApiRefusal)) throw error;
      if (!identity.forgets(error)) throw asCredentials(error);
    }
    try {
      return (await api.ask(asked, signal)).body;
    } catch (error) {
      throw error instanceof ApiRefusal ? asCredentials(error) : error;
    }
  }

  return {
    ask,
    seconds: (signal) => vendorTime.seconds(signal),
    async prove(needs, signal) {
      if (identity.kind === "service-account") return [serviceAccountRights(needs)];
      return await proveConsumerKey(ask, { needs, nowMs: wallMs() }, signal);
    },
    async close() {
      await Promise.all([api.close(), unsigned.close(), identity.close()]);
    },
  };
}
