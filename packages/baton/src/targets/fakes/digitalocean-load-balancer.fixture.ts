// A load balancer of DigitalOcean that has a list of droplets or follows a tag, a moment later, for tests.
import { failure, notFound, type Timeline, unprocessable } from "./digitalocean-account.fixture.ts";
import { type FakeDroplets, REGION, VPC } from "./digitalocean-droplets.fixture.ts";
import type { FakeReply, FakeRequest, FakeRoute } from "./fake-api.fixture.ts";

export const LOAD_BALANCER = "4de7ac8b-495b-4884-9a69-1050c6793cd6";
export const TAG = "redis:primary";

const BUSY = "Load Balancer can't be updated while it processes previous actions";

interface Resource {
  readonly resource_id: string;
  readonly resource_type: string;
}

export class FakeLoadBalancer {
  members: readonly number[] = [];
  /** Empty: it has a list. */
  tag = "";
  /** How long after a tag it follows. */
  followMs = 20;
  /** How long after a change of its list it takes no other. */
  busyMs = 0;
  /** Fields of its description that are to be otherwise. */
  otherwise: Readonly<Record<string, unknown>> = {};
  /** Every place that clients could have been led to. */
  readonly history: string[] = [];
  /** How many droplets were behind it after each change. */
  readonly sizes: number[] = [];
  private busyUntilMs = 0;
  private readonly timeline: Timeline;
  private readonly droplets: FakeDroplets;
  readonly routes: readonly FakeRoute[] = [
    [
      "GET",
      /^\/v2\/load_balancers\/([\w-]+)$/,
      ({ params: [id] }) => (id === LOAD_BALANCER ? this.shown() : notFound()),
    ],
    ["POST", /^\/v2\/load_balancers\/([\w-]+)\/droplets$/, (request) => this.list(request)],
    ["DELETE", /^\/v2\/load_balancers\/([\w-]+)\/droplets$/, (request) => this.list(request)],
    ["POST", /^\/v2\/tags\/([^/]+)\/resources$/, (request) => this.label(request)],
    ["DELETE", /^\/v2\/tags\/([^/]+)\/resources$/, (request) => this.label(request)],
  ];

  constructor(timeline: Timeline, droplets: FakeDroplets) {
    this.timeline = timeline;
    this.droplets = droplets;
  }

  /** At once, as somebody with a token of his own. */
  lead(members: readonly number[]): void {
    if (this.tag !== "") {
      for (const id of this.droplets.tagged(this.tag)) this.droplets.find(id)?.tags.delete(this.tag);
      for (const id of members) this.droplets.find(id)?.tags.add(this.tag);
    }
    this.become(members);
  }

  /** Of several the one that came last. */
  place(): string | undefined {
    const last = this.members.at(-1);
    return last === undefined ? undefined : this.droplets.placeOf(last);
  }

  private become(members: readonly number[]): void {
    const isSame =
      members.length === this.members.length && members.every((id) => this.members.includes(id));
    if (isSame) return;
    this.members = members;
    this.sizes.push(members.length);
    this.history.push(...members.map((id) => this.droplets.placeOf(id)));
  }

  private list({ method, params: [id], body }: FakeRequest): FakeReply {
    if (id !== LOAD_BALANCER) return notFound();
    if (this.tag !== "")
      return unprocessable("droplets cannot be set on a load balancer that has a tag");
    if (performance.now() < this.busyUntilMs) return failure(403, "forbidden", BUSY);
    const { droplet_ids: ids } = body as { readonly droplet_ids: readonly number[] };
    if (ids.some((one) => this.droplets.find(one) === undefined)) return notFound();
    this.busyUntilMs = performance.now() + this.busyMs;
    const rest = this.members.filter((one) => !ids.includes(one));
    this.become(method === "DELETE" ? rest : [...rest, ...ids]);
    return { status: 204 };
  }

  private label({ method, params: [tag = ""], body }: FakeRequest): FakeReply {
    const { resources } = body as { readonly resources: readonly Resource[] };
    const found = resources.map(({ resource_id: id, resource_type: type }) => {
      return type === "droplet" && typeof id === "string" ? this.droplets.find(Number(id)) : undefined;
    });
    // Without a tag of that name there is nothing to put on anybody.
    if (tag !== TAG || found.includes(undefined)) return notFound();
    for (const one of found) {
      if (method === "POST") one?.tags.add(tag);
      else one?.tags.delete(tag);
    }
    this.timeline.later(this.followMs, () => {
      if (this.tag !== tag) return;
      const tagged = this.droplets.tagged(tag);
      const rest = this.members.filter((id) => tagged.includes(id));
      this.become([...rest, ...tagged.filter((id) => !rest.includes(id))]);
    });
    return { status: 204 };
  }

  private shown(): FakeReply {
    const described = {
      id: LOAD_BALANCER,
      name: "redis",
      ip: "10.9.0.200",
      size_unit: 1,
      status: "active",
      created_at: "2026-07-21T18:37:44Z",
      forwarding_rules: [
        { entry_protocol: "tcp", entry_port: 6379, target_protocol: "tcp", target_port: 6379 },
      ],
      health_check: {
        protocol: "tcp",
        port: 6379,
        path: "",
        check_interval_seconds: 3,
        response_timeout_seconds: 3,
        unhealthy_threshold: 2,
        healthy_threshold: 2,
      },
      sticky_sessions: { type: "none" },
      redirect_http_to_https: false,
      enable_proxy_protocol: false,
      enable_backend_keepalive: false,
      http_idle_timeout_seconds: 60,
      vpc_uuid: VPC,
      network: "INTERNAL",
      type: "REGIONAL_NETWORK",
      region: REGION,
      droplet_ids: this.members,
      tag: this.tag,
      ...this.otherwise,
    };
    return { status: 200, body: { load_balancer: described } };
  }
}
