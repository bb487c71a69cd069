// A session with Octavia: a token from Keystone, kept until Octavia takes it no longer.
import { type Answer, type Api, type Asked, openApi } from "../../api/api.ts";
import { ApiRefusal } from "../../api/refusal.ts";
import type { Surroundings } from "../../target.ts";
import { type OpenstackAccess, readCredentials } from "./access.ts";
import { isToken, loginBody, octaviaIn, tokenReply } from "./login.ts";
import { openstackWords } from "./words.ts";

/** OVHcloud names no limit for OpenStack. Polls of a slow change are the most that there is. */
const REQUESTS_PER_SECOND = 5;

interface Entered {
  readonly api: Api;
  readonly base: string;
  readonly token: string;
  readonly roles: readonly string[];
}

export interface Session {
  /**
   * Logs in where that has not been done. A token that Octavia refuses is replaced, and the request sent once
   * more: a 401 says that nothing was done.
   * @throws ApiRefusal, also of Keystone's; TryLater; Error for the catalog and for the network; the signal's
   *   reason.
   */
  ask<T>(asked: Asked<T>, signal: AbortSignal): Promise<Answer<T>>;
  /** Logs in anew, whatever is known. @throws like ask. */
  enter(signal: AbortSignal): Promise<{ readonly base: string; readonly roles: readonly string[] }>;
  close(): Promise<void>;
}

const isUnauthorized = (error: unknown): boolean => error instanceof ApiRefusal && error.status === 401;

/** Reads the secret; asks nothing yet. @throws BatonError SECRET */
export async function openSession(
  access: OpenstackAccess,
  surroundings: Surroundings,
): Promise<Session> {
  const credentials = await readCredentials(access, surroundings);
  const who = credentials.kind === "application" ? credentials.id : credentials.user;
  const pacer = surroundings.pacerOf(
    `openstack ${new URL(access.auth).host} ${who}`,
    REQUESTS_PER_SECOND,
  );
  /** The last two tokens as well: the older one may still be on its way in a message. */
  const secrets = [credentials.secret];
  const saidOf = openstackWords;
  const keystone = openApi({ vendor: "Keystone", base: access.auth, pacer, secrets, saidOf });
  let present: Entered | undefined;

  function octaviaAt(base: string): Api {
    if (present?.base === base) return present.api;
    // Rare: the catalog has moved. Nothing is under way, there is one request at a time.
    present?.api.close().catch(() => undefined);
    const sign = () => ({ "x-auth-token": present?.token ?? "" });
    return openApi({ vendor: "Octavia", base, pacer, secrets, sign, saidOf });
  }

  async function enter(signal: AbortSignal): Promise<Entered> {
    const body = loginBody(credentials);
    const asked = { method: "POST", path: "/auth/tokens", body, reply: tokenReply } as const;
    const answer = await keystone.ask(asked, signal);
    const token = answer.header("x-subject-token");
    if (!isToken(token)) throw new Error("Keystone: POST /auth/tokens is answered without a token");
    secrets.splice(1, secrets.length, token, ...secrets.slice(1, 2));
    const base = access.octavia ?? octaviaIn(answer.body, access);
    const roles = answer.body.token.roles.map(({ name }) => name);
    present = { api: octaviaAt(base), base, token, roles };
    return present;
  }

  return {
    enter,
    async ask(asked, signal) {
      if (present === undefined) return await (await enter(signal)).api.ask(asked, signal);
      try {
        return await present.api.ask(asked, signal);
      } catch (error) {
        if (!isUnauthorized(error)) throw error;
      }
      return await (await enter(signal)).api.ask(asked, signal);
    },
    async close() {
      await Promise.all([keystone.close(), present?.api.close()]);
    },
  };
}
