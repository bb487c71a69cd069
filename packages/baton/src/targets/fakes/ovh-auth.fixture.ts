// OVHcloud's door, for tests: it really checks signatures, tokens, times and access rules, for whichever of
// its APIs is behind. Its words for a refusal are those that users have met.
import { createHash, randomBytes } from "node:crypto";
import type { Contract } from "./contract.fixture.ts";
import {
  type FakeApi,
  type FakeReply,
  type FakeRequest,
  type FakeRoute,
  openFakeApi,
} from "./fake-api.fixture.ts";

export interface OvhRule {
  readonly method: string;
  readonly path: string;
}

/** What a test may change at any time. */
export interface OvhAuth {
  /** How far OVHcloud's clock is before this machine's, milliseconds. */
  skewMs: number;
  /** Of the consumer key. */
  status: "validated" | "pendingValidation" | "expired" | "refused";
  /** ISO 8601; null: never. */
  expiration: string | null;
  /** What consumer key and service account may do. */
  rules: readonly OvhRule[];
  /** How long a token is good for, seconds. */
  tokenSeconds: number;
  /** Answers to the next requests that are no time, token or page of /auth, before anybody looks at them. */
  readonly next: FakeReply[];
  /** How many tokens were given out. */
  tokens(): number;
  /** All tokens that were given out are worth nothing from now on. */
  revokeTokens(): void;
}

export interface OvhFakeOptions {
  /** Stands for application key, application secret, consumer key, client id and client secret. */
  readonly secret: string;
  readonly contract: Contract | undefined;
  readonly routes: readonly FakeRoute[];
  readonly unknown: (request: FakeRequest) => FakeReply;
}

/** How far a signature's time may be from OVHcloud's own, seconds. */
const TIME_OFF_MAX = 60;
const OVH_TOKEN_PATH = "/auth/oauth2/token";

const refusal = (status: number, errorCode: string, message: string): FakeReply => {
  const httpCode = `${status} ${status === 400 ? "Bad Request" : "Forbidden"}`;
  return { status, isUndocumented: true, body: { errorCode, httpCode, message } };
};
/** The style of newer parts of the API. */
export const ovhNewStyle = (status: number, kind: string, message: string): FakeReply => ({
  status,
  isUndocumented: true,
  body: { class: `Client::${kind}`, message },
});

const escape = (text: string) => text.replaceAll(/[.+?^${}()|[\]\\]/g, "\\$&");
const isAllowed = (rules: readonly OvhRule[], { method, path }: FakeRequest): boolean => {
  const [plain = ""] = path.split("?");
  return rules.some((rule) => {
    const pattern = new RegExp(`^${rule.path.split("*").map(escape).join(".*")}$`);
    return rule.method === method && pattern.test(plain);
  });
};

class Guard {
  readonly own: OvhAuth;
  private readonly secret: string;
  private readonly given = new Map<string, number>();

  constructor(secret: string) {
    this.secret = secret;
    this.own = {
      skewMs: 0,
      status: "validated",
      expiration: null,
      rules: ["GET", "POST", "PUT", "DELETE"].map((method) => ({ method, path: "/*" })),
      tokenSeconds: 3_600,
      next: [],
      tokens: () => this.given.size,
      revokeTokens: () => {
        for (const token of this.given.keys()) this.given.set(token, 0);
      },
    };
  }

  seconds(): number {
    return Math.floor((Date.now() + this.own.skewMs) / 1_000);
  }

  check(request: FakeRequest): FakeReply | undefined {
    const { path, headers } = request;
    if (path === "/auth/time" || path === OVH_TOKEN_PATH) return undefined;
    const planned = this.own.next.shift();
    if (planned !== undefined) return planned;
    const bearer = /^Bearer (.+)$/.exec(headers["authorization"] ?? "")?.[1];
    if (bearer !== undefined) return this.checkToken(request, bearer);
    return this.checkSignature(request);
  }

  private checkToken(request: FakeRequest, token: string): FakeReply | undefined {
    if ((this.given.get(token) ?? 0) <= Date.now())
      return ovhNewStyle(401, "Unauthorized", "Invalid token");
    return isAllowed(this.own.rules, request)
      ? undefined
      : ovhNewStyle(403, "Forbidden", "User not granted for this request");
  }

  private checkSignature(request: FakeRequest): FakeReply | undefined {
    const { headers, method, url, text } = request;
    const { status, rules } = this.own;
    const given = (name: string) => String(headers[`x-ovh-${name}`] ?? "");
    const at = given("timestamp");
    if (given("application") !== this.secret) {
      return refusal(403, "INVALID_KEY", "This application key is invalid");
    }
    if (given("consumer") !== this.secret) {
      return refusal(403, "NOT_CREDENTIAL", "You must login first");
    }
    if (!/^\d+$/.test(at) || Math.abs(Number(at) - this.seconds()) > TIME_OFF_MAX) {
      return refusal(400, "QUERY_TIME_OUT", "Query out of time");
    }
    const whole = [this.secret, this.secret, method, url, text, at].join("+");
    if (given("signature") !== `$1$${createHash("sha1").update(whole).digest("hex")}`) {
      return refusal(400, "INVALID_SIGNATURE", "Invalid signature");
    }
    if (status !== "validated")
      return refusal(403, "INVALID_CREDENTIAL", "This credential is not valid");
    if (request.path === "/auth/currentCredential" || isAllowed(rules, request)) return undefined;
    return refusal(403, "NOT_GRANTED_CALL", "This call has not been granted");
  }

  private readonly token = ({ text }: FakeRequest): FakeReply => {
    const form = new URLSearchParams(text);
    const isGood =
      form.get("grant_type") === "client_credentials" &&
      form.get("scope") === "all" &&
      form.get("client_id") === this.secret &&
      form.get("client_secret") === this.secret;
    if (!isGood) {
      const body = { error: "invalid_client", error_description: "Client authentication failed" };
      return { status: 401, isUndocumented: true, body };
    }
    const token = randomBytes(24).toString("base64url");
    this.given.set(token, Date.now() + this.own.tokenSeconds * 1_000);
    const expires_in = this.own.tokenSeconds;
    const body = { access_token: token, token_type: "Bearer", expires_in, scope: "all" };
    return { status: 200, isUndocumented: true, body };
  };

  readonly routes: readonly FakeRoute[] = [
    ["GET", /^\/auth\/time$/, () => ({ status: 200, isUndocumented: true, body: this.seconds() })],
    [
      "GET",
      /^\/auth\/currentCredential$/,
      () => {
        const { status, expiration, rules } = this.own;
        const body = { allowedIPs: null, credentialId: 1, status, expiration, rules };
        return { status: 200, isUndocumented: true, body };
      },
    ],
    ["POST", /^\/auth\/oauth2\/token$/, (request) => this.token(request)],
  ];
}

export interface OvhFake {
  readonly api: FakeApi;
  readonly auth: OvhAuth;
}

/** An API of OVHcloud at `BASE/1.0`, its tokens at `BASE/auth/oauth2/token`. */
export async function openOvhFake(options: OvhFakeOptions): Promise<OvhFake> {
  const { secret, contract, routes, unknown } = options;
  const guard = new Guard(secret);
  let queries = 0;
  const traced = (reply: FakeReply): FakeReply => {
    queries += 1;
    return { ...reply, headers: { "x-ovh-queryid": `EU.fake-1.${queries}`, ...reply.headers } };
  };
  const all = [...guard.routes, ...routes].map(([method, pattern, handle]): FakeRoute => {
    return [method, pattern, async (request) => traced(await handle(request))];
  });
  const before = (request: FakeRequest) => {
    const refused = guard.check(request);
    return refused && traced(refused);
  };
  const api = await openFakeApi({
    prefix: "/1.0",
    contract,
    routes: all,
    before,
    unknown: (request) => traced(unknown(request)),
  });
  return { api, auth: guard.own };
}
