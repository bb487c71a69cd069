// OVHcloud's IP load balancer, for tests: what is staged and what is live are two things, a refresh is a task
// that takes its time and publishes whatever anybody has staged. Each request and reply is held against
// OVHcloud's own document.
import { openContract } from "./contract.fixture.ts";
import type { FakeReply, FakeRequest, FakeRoute } from "./fake-api.fixture.ts";
import { openOvhFake, ovhNewStyle, type OvhAuth } from "./ovh-auth.fixture.ts";

export const IPLB_DOCUMENT = "ovh-iplb.json";
export const IPLB_SERVICE = "loadbalancer-0123456789abcdef";
export const IPLB_FARM = 7;
const ZONE = "gra";

export interface FakeServer {
  readonly serverId: number;
  readonly address: string;
  readonly port: number | null;
  readonly status: "active" | "inactive";
  readonly displayName: string | null;
  readonly onMarkedDown: "shutdown-sessions" | null;
  readonly backup: boolean;
  readonly chain: string | null;
  readonly probe: boolean;
  readonly proxyProtocolVersion: string | null;
  readonly ssl: boolean;
  readonly weight: number | null;
}
const DEFAULTS = {
  port: null,
  displayName: null,
  onMarkedDown: null,
  backup: false,
  chain: null,
  probe: false,
  proxyProtocolVersion: null,
  ssl: false,
  weight: null,
} as const;
const EDITABLE = new Set([...Object.keys(DEFAULTS), "status"]);

interface FakeTask {
  readonly id: number;
  readonly zones: readonly string[];
  readonly created: string;
  status: string;
  /** Since when it is at work; undefined while another one is. */
  startedMs: number | undefined;
  doneAt: string | null;
  readonly snapshot: ReadonlyMap<number, FakeServer>;
  readonly number: number;
  readonly foreign: number;
}

/** What a test may turn. */
export interface IplbHands {
  /** How long a refresh is `todo`, and then as long `doing`. */
  taskMs: number;
  /** What the next refreshes end with. */
  ending: "done" | "error" | "cancelled";
  /** Whether a PUT resets what it leaves out: OVHcloud does not say. */
  resetsOmitted: boolean;
  /** How many changes one PUT counts as. */
  changesPerPut: number;
}

export class FakeIplb {
  readonly hands: IplbHands = { taskMs: 0, ending: "done", resetsOmitted: false, changesPerPut: 1 };
  farmPort: number | null = 6_379;
  staged = new Map<number, FakeServer>();
  live: ReadonlyMap<number, FakeServer> = new Map();
  /** Every place that took connections after a refresh. */
  readonly history: string[] = [];
  /** Changes of others that were published by a refresh through the API. */
  publishedForeign = 0;
  private readonly tasks: FakeTask[] = [];
  /** By zone. */
  private readonly pending = new Map<string, number>();
  private foreign = 0;
  private nextId = 101;

  constructor(endpoints: readonly { readonly address: string; readonly port: number }[]) {
    for (const { address, port } of endpoints) {
      this.add({ address, port, status: "inactive", displayName: `redis ${address}` });
    }
    this.pending.clear();
    this.live = new Map(this.staged);
  }

  add(given: Pick<FakeServer, "address" | "status"> & Partial<FakeServer>): FakeServer {
    const server = { ...DEFAULTS, ...given, serverId: this.nextId };
    this.nextId += 1;
    this.staged.set(server.serverId, server);
    this.count(ZONE, 1);
    return server;
  }

  /** Somebody stages changes to another part of the load balancer. */
  stageElsewhere(number: number, zone = ZONE): void {
    this.count(zone, number);
    if (zone === ZONE) this.foreign += number;
  }

  /** Somebody else publishes everything, at once. */
  publishByHand(): void {
    const task = this.begin([ZONE], 0);
    this.foreign = 0;
    this.pending.clear();
    task.status = "done";
    this.live = task.snapshot;
    this.note();
  }

  activeByHand(address: string): void {
    for (const [id, server] of this.staged) {
      this.staged.set(id, { ...server, status: server.address === address ? "active" : "inactive" });
    }
    this.publishByHand();
  }

  /** ADDRESS:PORT of the servers that take connections. */
  active(): readonly string[] {
    this.advance();
    const taking = [...this.live.values()].filter(({ status }) => status === "active");
    return taking.map(({ address, port }) => `${address}:${port ?? this.farmPort ?? 0}`);
  }

  waiting(): number {
    return this.pending.get(ZONE) ?? 0;
  }

  private count(zone: string, number: number): void {
    this.pending.set(zone, (this.pending.get(zone) ?? 0) + number);
  }

  private note(): void {
    const taking = this.active();
    this.history.push(...(taking.length === 0 ? ["nobody"] : taking));
  }

  /** Tasks go on by themselves, one after the other. */
  private advance(): void {
    for (const task of this.tasks.filter(({ status }) => status === "todo" || status === "doing")) {
      task.startedMs ??= performance.now();
      const passedMs = performance.now() - task.startedMs;
      if (passedMs < this.hands.taskMs) return;
      task.status = "doing";
      if (passedMs < 2 * this.hands.taskMs) return;
      this.end(task);
    }
  }

  private end(task: FakeTask): void {
    task.status = this.hands.ending;
    task.doneAt = new Date().toISOString();
    if (task.status !== "done") {
      this.count(ZONE, task.number);
      this.foreign += task.foreign;
      return;
    }
    this.publishedForeign += task.foreign;
    this.live = task.snapshot;
    this.note();
  }

  private taskBody({ id, status, created, doneAt, zones }: FakeTask): object {
    const progress = status === "todo" ? 0 : status === "doing" ? 50 : 100;
    const creationDate = created;
    return { id, action: "refreshIplb", status, progress, creationDate, doneDate: doneAt, zones };
  }

  private readonly change = (request: FakeRequest): FakeReply => {
    const server = this.staged.get(Number(request.params[2]));
    if (server === undefined) return missing("server");
    const body = request.body as Partial<FakeServer>;
    const wrong = Object.keys(body).find((key) => !EDITABLE.has(key));
    if (wrong !== undefined) return ovhNewStyle(400, "BadRequest", `${wrong} is not editable`);
    const base = this.hands.resetsOmitted ? { ...server, ...DEFAULTS } : server;
    this.staged.set(server.serverId, { ...base, ...body });
    this.count(ZONE, this.hands.changesPerPut);
    return { status: 200 };
  };

  private readonly create = ({ body }: FakeRequest): FakeReply => {
    const given = body as Pick<FakeServer, "address" | "status"> & Partial<FakeServer>;
    return { status: 200, body: shown(this.add(given)) };
  };

  private readonly refresh = ({ body }: FakeRequest): FakeReply => {
    const { zone } = body as { readonly zone?: string };
    const task = this.begin(zone === undefined ? [...this.pending.keys()] : [zone], this.foreign);
    if (zone === undefined) this.pending.clear();
    else this.pending.delete(zone);
    this.foreign = 0;
    return { status: 200, body: this.taskBody(task) };
  };

  private begin(zones: readonly string[], foreign: number): FakeTask {
    const task: FakeTask = {
      id: 9_000 + this.tasks.length,
      zones,
      created: new Date().toISOString(),
      status: "todo",
      startedMs: undefined,
      doneAt: null,
      snapshot: new Map(this.staged),
      number: this.waiting(),
      foreign,
    };
    this.tasks.push(task);
    return task;
  }

  private readonly list = ({ query }: FakeRequest): FakeReply => {
    const [status, action] = [query.get("status"), query.get("action") ?? "refreshIplb"];
    const found = this.tasks.filter((task) => status === null || task.status === status);
    return { status: 200, body: action === "refreshIplb" ? found.map(({ id }) => id) : [] };
  };

  routes(): readonly FakeRoute[] {
    const at = (path: string) => new RegExp(`^/ipLoadbalancing/([^/]+)${path}$`);
    const farm = (path: string) => at(`/tcp/farm/(\\d+)${path}`);
    const checked = (handle: (request: FakeRequest) => FakeReply) => (request: FakeRequest) => {
      const [service, number] = request.params;
      const isFarm = request.path.includes("/tcp/farm/");
      if (service !== IPLB_SERVICE) return missing("service");
      if (isFarm && number !== String(IPLB_FARM)) return missing("farm");
      this.advance();
      return handle(request);
    };
    const all: readonly FakeRoute[] = [
      ["GET", farm(""), () => ({ status: 200, body: this.farmBody() })],
      ["GET", farm("/server"), () => ({ status: 200, body: [...this.staged.keys()] })],
      [
        "GET",
        farm("/server/(\\d+)"),
        ({ params }) => {
          const server = this.staged.get(Number(params[2]));
          return server === undefined ? missing("server") : { status: 200, body: shown(server) };
        },
      ],
      ["POST", farm("/server"), this.create],
      ["PUT", farm("/server/(\\d+)"), this.change],
      ["GET", at("/pendingChanges"), () => ({ status: 200, body: this.pendingBody() })],
      ["POST", at("/refresh"), this.refresh],
      ["GET", at("/task"), this.list],
      [
        "GET",
        at("/task/(\\d+)"),
        ({ params }) => {
          const task = this.tasks.find(({ id }) => id === Number(params[1]));
          return task === undefined ? missing("task") : { status: 200, body: this.taskBody(task) };
        },
      ],
    ];
    return all.map(([method, pattern, handle]): FakeRoute => {
      return [method, pattern, checked((request) => handle(request) as FakeReply)];
    });
  }

  private farmBody(): object {
    const nothing = { balance: null, displayName: "redis", probe: null, stickiness: null };
    return { ...nothing, farmId: IPLB_FARM, zone: ZONE, port: this.farmPort, vrackNetworkId: null };
  }

  private pendingBody(): readonly object[] {
    return [...this.pending]
      .filter(([, number]) => number > 0)
      .map(([zone, number]) => ({ zone, number }));
  }
}

const missing = (what: string): FakeReply =>
  ovhNewStyle(404, `NotFound::${what}`, `The requested object (${what}) does not exist`);
const shown = (server: FakeServer): object => ({ ...server, backendId: IPLB_FARM, serverState: [] });

export interface OpenIplb {
  readonly iplb: FakeIplb;
  readonly auth: OvhAuth;
  /** `http://127.0.0.1:PORT`; the API is at `/1.0`. */
  readonly base: string;
  /** Every request that came, in order: METHOD PATH. */
  readonly requests: readonly string[];
  /** @throws Error with everything that was against OVHcloud's document. */
  close(): Promise<void>;
}

/** One load balancer with a farm of inactive servers. */
export async function openFakeIplb(
  endpoints: readonly { readonly address: string; readonly port: number }[],
  secret: string,
): Promise<OpenIplb> {
  const iplb = new FakeIplb(endpoints);
  const contract = openContract(IPLB_DOCUMENT);
  const unknown = () => ovhNewStyle(404, "NotFound", "Got an invalid (or empty) URL");
  const { api, auth } = await openOvhFake({ secret, contract, routes: iplb.routes(), unknown });
  return { iplb, auth, base: api.base, requests: api.requests, close: () => api.close() };
}
