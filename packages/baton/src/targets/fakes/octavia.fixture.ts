// Keystone and Octavia for tests, where the real ones are not installed: a copy that keeps state, made from
// what the real ones were seen to answer. Both run the same promises.
import { TEST_SECRET } from "../surroundings.fixture.ts";
import {
  type FakeApi,
  type FakeReply,
  type FakeRequest,
  type FakeRoute,
  openFakeApi,
} from "./fake-api.fixture.ts";
import { type FakeEntry, FakePool } from "./octavia-state.fixture.ts";

export const FAKE_PROJECT = "5f3c1b0e9a7d4c2e8b6a1d0f3e5c7a9b";
export const FAKE_CREDENTIAL = "0d9b8c7a6f5e4d3c2b1a09f8e7d6c5b4";
const REGIONS = ["GRA11", "SBG5"];

export interface FakeOctavia {
  readonly api: FakeApi;
  readonly pool: FakePool;
  /** From now on credentials and tokens are worth nothing, until they are again. */
  isRevoked: boolean;
  /** Ends all tokens; credentials stay good. */
  expireTokens(): void;
  roles: readonly string[];
  /** Tokens that were given out. */
  readonly logins: () => number;
  /** What the cluster file would say, through a door or not. */
  settingsOf(base: string): Readonly<Record<string, unknown>>;
  close(): Promise<void>;
}

const unauthorized: FakeReply = {
  status: 401,
  body: {
    error: {
      code: 401,
      message: "The request you have made requires authentication.",
      title: "Unauthorized",
    },
  },
};
const fault = (status: number, faultstring: string): FakeReply => ({
  status,
  body: { faultcode: "Client", faultstring, debuginfo: null },
});
/** One shape for what is asked for, another for what it is in, and a page for those who take no JSON. */
function absent({ params: [id = ""], headers, path }: FakeRequest): FakeReply {
  const said = `Pool ${id} not found.`;
  if (!path.includes("/members")) return fault(404, said);
  return headers.accept === "application/json"
    ? { status: 404, body: { code: 404, title: "Bad Request", description: said } }
    : { status: 404, body: `<html><head><title>404</title></head><body>${said}</body></html>` };
}

interface Login {
  readonly auth: {
    readonly identity: {
      readonly password?: {
        readonly user: {
          readonly name: string;
          readonly password: string;
          readonly domain: { readonly name: string };
        };
      };
      readonly application_credential?: { readonly id: string; readonly secret: string };
    };
    readonly scope?: { readonly project: { readonly id: string } };
  };
}

/** Keystone says no more about a wrong login than about a wrong password. */
function isWelcome({ auth: { identity, scope } }: Login): boolean {
  const { password, application_credential: credential } = identity;
  if (credential !== undefined) {
    return credential.id === FAKE_CREDENTIAL && credential.secret === TEST_SECRET && scope === undefined;
  }
  const { name, password: word, domain } = password?.user ?? {};
  const isUser = name === "baton" && word === TEST_SECRET && domain?.name === "Default";
  return isUser && scope?.project.id === FAKE_PROJECT;
}

function tokenBody({ headers }: FakeRequest, roles: readonly string[]): unknown {
  const url = `http://${headers.host ?? ""}/load-balancer`;
  const endpoints = REGIONS.flatMap((region) =>
    ["public", "internal"].map((one) => ({ interface: one, region_id: region, region, url })),
  );
  const identity = { type: "identity", name: "keystone", endpoints: [] };
  return {
    token: {
      methods: ["password"],
      project: { id: FAKE_PROJECT, name: "shop" },
      roles: roles.map((name) => ({ id: name, name })),
      catalog: [identity, { type: "load-balancer", name: "octavia", endpoints }],
    },
  };
}

function keystoneRoutes(fake: { roles: readonly string[]; isRevoked: boolean }, tokens: Set<string>) {
  const route: FakeRoute = [
    "POST",
    /^\/identity\/v3\/auth\/tokens$/,
    (request) => {
      if (fake.isRevoked || !isWelcome(request.body as Login)) return unauthorized;
      const token = `token-${Math.random().toString(36).slice(2)}-${tokens.size}`;
      tokens.add(token);
      return {
        status: 201,
        body: tokenBody(request, fake.roles),
        headers: { "x-subject-token": token },
      };
    },
  ];
  return [route];
}

function octaviaRoutes(pool: FakePool): readonly FakeRoute[] {
  const at = (path: string) => new RegExp(`^/load-balancer/v2/lbaas/${path}$`);
  const inPool = (handle: (request: FakeRequest) => FakeReply) => (request: FakeRequest) =>
    request.params[0] === pool.poolId ? handle(request) : absent(request);
  const balancer = () => ({
    id: pool.balancerId,
    provisioning_status: pool.status,
    operating_status: "ONLINE",
  });
  return [
    ["GET", at("pools/([^/]+)"), inPool(() => ({ status: 200, body: { pool: poolBody(pool) } }))],
    [
      "GET",
      at("pools/([^/]+)/members"),
      inPool(() => ({ status: 200, body: { members: pool.members, members_links: [] } })),
    ],
    [
      "PUT",
      at("pools/([^/]+)/members"),
      inPool(({ body }) => {
        if (!pool.isMutable())
          return fault(409, `Pool ${pool.poolId} is immutable and cannot be updated.`);
        pool.batch((body as { members: readonly FakeEntry[] }).members);
        return { status: 202 };
      }),
    ],
    ["GET", at("loadbalancers/[^/]+"), () => ({ status: 200, body: { loadbalancer: balancer() } })],
    ["GET", at("listeners/[^/]+"), () => ({ status: 200, body: { listener: listenerBody(pool) } })],
    [
      "GET",
      at("healthmonitors/[^/]+"),
      () => ({ status: 200, body: { healthmonitor: { id: pool.monitorId, type: pool.monitor } } }),
    ],
  ];
}

const poolBody = (pool: FakePool) => ({
  id: pool.poolId,
  protocol: pool.protocol,
  provisioning_status: pool.status,
  loadbalancers: [{ id: pool.balancerId }],
  listeners: pool.hasListener ? [{ id: pool.listenerId }] : [],
  healthmonitor_id: pool.monitor === undefined ? null : pool.monitorId,
});

const listenerBody = (pool: FakePool) => ({
  id: pool.listenerId,
  protocol: "TCP",
  admin_state_up: true,
  timeout_client_data: pool.timeoutMs,
  timeout_member_data: pool.timeoutMs,
});

export async function openFakeOctavia(): Promise<FakeOctavia> {
  const pool = new FakePool();
  const tokens = new Set<string>();
  let given = 0;
  const fake = { roles: ["load-balancer_member"] as readonly string[], isRevoked: false };
  const api = await openFakeApi({
    contract: undefined,
    routes: [...keystoneRoutes(fake, tokens), ...octaviaRoutes(pool)],
    before({ path, headers }) {
      if (path.startsWith("/identity/")) return void (given += 1);
      return fake.isRevoked || !tokens.has(String(headers["x-auth-token"])) ? unauthorized : undefined;
    },
    unknown: () => ({ status: 404, body: "<html><body>404 Not Found</body></html>" }),
  });
  return Object.assign(fake, {
    api,
    pool,
    expireTokens: () => tokens.clear(),
    logins: () => given,
    settingsOf: (base: string) => ({
      pool: pool.poolId,
      region: "GRA11",
      project: FAKE_PROJECT,
      user: "baton",
      auth: `${base}/identity/v3`,
      checkEvery: "1s",
      timeout: "4s",
    }),
    async close() {
      pool.close();
      await api.close();
    },
  });
}
