// A Consul that keeps state, for tests: keys with their indexes, tokens with rights, a leader that can be
// gone. By HashiCorp's documentation of the HTTP API; there is no machine-readable schema of it.
import { type FakeApi, type FakeReply, type FakeRequest, openFakeApi } from "./fake-api.fixture.ts";

interface FakeToken {
  readonly accessor: string;
  readonly may: "write" | "read" | "nothing";
  /** ISO 8601. */
  readonly endsAt?: string;
}

interface Entry {
  readonly text: string;
  readonly createIndex: number;
  readonly modifyIndex: number;
}

/** What a test may look at and turn. */
export interface FakeConsulState {
  areAclsOn: boolean;
  hasLeader: boolean;
  /** By their secret. */
  readonly tokens: Map<string, FakeToken>;
  readonly datacenters: string[];
}

export interface FakeConsul {
  readonly api: FakeApi;
  readonly state: FakeConsulState;
  /** The value of a key, in the first datacenter unless another is named. */
  textOf(key: string, datacenter?: string): string | undefined;
  /** ADDRESS:PORT of every value that a key has had, in order. */
  readonly history: readonly string[];
  /** By somebody else. */
  put(key: string, text: string): void;
}

const line = (status: number, body: string): FakeReply => ({
  status,
  body,
  headers: { "content-type": "text/plain" },
});
const NO_LEADER = line(500, "No cluster leader");

class Consul {
  readonly state: FakeConsulState = {
    areAclsOn: false,
    hasLeader: true,
    tokens: new Map(),
    datacenters: ["dc1"],
  };
  readonly history: string[] = [];
  private readonly entries = new Map<string, Entry>();
  /** One for everything that happens in a Consul, so that no two changes share one. */
  private index = 100;

  at(key: string, datacenter = this.state.datacenters[0]): Entry | undefined {
    return this.entries.get(`${datacenter} ${key}`);
  }

  set(key: string, text: string, datacenter = this.state.datacenters[0]): void {
    // Others use it, too.
    this.index += 3;
    const createIndex = this.at(key, datacenter)?.createIndex ?? this.index;
    this.entries.set(`${datacenter} ${key}`, { text, createIndex, modifyIndex: this.index });
    const [, address, port] = /"address":"([^"]+)","port":(\d+)/.exec(text) ?? [];
    if (address !== undefined) this.history.push(`${address}:${port}`);
  }

  /** Why a request is not carried out; undefined when it is. */
  denied(request: FakeRequest, key: string): FakeReply | undefined {
    const { areAclsOn, hasLeader, tokens, datacenters } = this.state;
    const datacenter = request.query.get("dc") ?? datacenters[0] ?? "";
    if (!datacenters.includes(datacenter)) return line(500, "No path to datacenter");
    if (!hasLeader) return NO_LEADER;
    if (!areAclsOn) return undefined;
    const secret = request.headers["x-consul-token"];
    const token = typeof secret === "string" ? tokens.get(secret) : undefined;
    if (secret !== undefined && token === undefined) return line(403, "ACL not found");
    const verb = request.method === "GET" ? "read" : "write";
    const may = token?.may ?? "nothing";
    if (may === "write" || may === verb) return undefined;
    const who = token === undefined ? "anonymous token" : `token with AccessorID '${token.accessor}'`;
    return line(403, `Permission denied: ${who} lacks permission 'key:${verb}' on "${key}"`);
  }

  get(request: FakeRequest): FakeReply {
    const [key = ""] = request.params;
    const denied = this.denied(request, key);
    if (denied !== undefined) return denied;
    const entry = this.at(key, request.query.get("dc") ?? undefined);
    if (entry === undefined) return { status: 404 };
    const { text, createIndex, modifyIndex } = entry;
    const body = [
      {
        LockIndex: 0,
        Key: key,
        Flags: 0,
        Value: text === "" ? null : Buffer.from(text).toString("base64"),
        CreateIndex: createIndex,
        ModifyIndex: modifyIndex,
      },
    ];
    return { status: 200, body, headers: { "x-consul-index": String(modifyIndex) } };
  }

  put(request: FakeRequest): FakeReply {
    const [key = ""] = request.params;
    const denied = this.denied(request, key);
    if (denied !== undefined) return denied;
    const datacenter = request.query.get("dc") ?? undefined;
    const asked = request.query.get("cas");
    const present = this.at(key, datacenter)?.modifyIndex ?? 0;
    // 200 both ways: only the word tells.
    if (asked !== null && Number(asked) !== present) return { status: 200, body: false };
    this.set(key, request.text, datacenter);
    return { status: 200, body: true };
  }

  self({ headers }: FakeRequest): FakeReply {
    if (!this.state.areAclsOn) return line(401, "ACL support disabled");
    const secret = String(headers["x-consul-token"]);
    const token = this.state.tokens.get(secret);
    if (token === undefined) return line(403, "ACL not found");
    const { accessor: AccessorID, endsAt } = token;
    const ends = endsAt === undefined ? {} : { ExpirationTime: endsAt };
    const Policies = [{ ID: "165d4317-e379-f732-ce70-86278c4558f7", Name: "redis-primary" }];
    return { status: 200, body: { AccessorID, SecretID: secret, Policies, Local: false, ...ends } };
  }
}

export async function openFakeConsul(): Promise<FakeConsul> {
  const consul = new Consul();
  const api = await openFakeApi({
    contract: undefined,
    routes: [
      ["GET", /^\/v1\/kv\/(.+)$/, (request) => consul.get(request)],
      ["PUT", /^\/v1\/kv\/(.+)$/, (request) => consul.put(request)],
      ["GET", /^\/v1\/acl\/token\/self$/, (request) => consul.self(request)],
      [
        "GET",
        /^\/v1\/status\/leader$/,
        () => ({ status: 200, body: consul.state.hasLeader ? "10.1.10.12:8300" : "" }),
      ],
      ["GET", /^\/v1\/catalog\/datacenters$/, () => ({ status: 200, body: consul.state.datacenters })],
    ],
    unknown: () => ({ status: 404 }),
  });
  return {
    api,
    state: consul.state,
    history: consul.history,
    textOf: (key, datacenter) => consul.at(key, datacenter)?.text,
    put: (key, text) => consul.set(key, text),
  };
}
