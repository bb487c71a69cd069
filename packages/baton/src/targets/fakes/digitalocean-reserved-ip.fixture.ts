// A reserved IP of DigitalOcean that takes its time and one change at once, for tests.
import { notFound, type Timeline, unprocessable } from "./digitalocean-account.fixture.ts";
import { described, type FakeDroplets, REGION } from "./digitalocean-droplets.fixture.ts";
import type { FakeReply, FakeRoute } from "./fake-api.fixture.ts";

/** Of a network that is kept for examples. */
export const RESERVED_IP = "203.0.113.40";

interface FakeAction {
  readonly id: number;
  readonly startedAt: string;
  status: "in-progress" | "completed" | "errored";
}

export class FakeReservedIp {
  dropletId: number | undefined;
  /** How long a change takes. */
  slowMs = 30;
  /** What becomes of the next change. */
  nextEnd: "completed" | "errored" = "completed";
  readonly history: string[] = [];
  private readonly actions: FakeAction[] = [];
  private readonly timeline: Timeline;
  private readonly droplets: FakeDroplets;
  readonly routes: readonly FakeRoute[] = [
    ["GET", /^\/v2\/reserved_ips\/([\d.]+)$/, ({ params }) => this.ifOwn(params, () => this.shown())],
    [
      "POST",
      /^\/v2\/reserved_ips\/([\d.]+)\/actions$/,
      ({ params, body }) => this.ifOwn(params, () => this.assign(body)),
    ],
    [
      "GET",
      /^\/v2\/reserved_ips\/([\d.]+)\/actions\/(\d+)$/,
      ({ params }) => this.ifOwn(params, () => this.action(Number(params[1]))),
    ],
  ];

  constructor(timeline: Timeline, droplets: FakeDroplets) {
    this.timeline = timeline;
    this.droplets = droplets;
  }

  /** At once, as somebody with a token of his own. */
  lead(dropletId: number | undefined): void {
    this.dropletId = dropletId;
    if (dropletId !== undefined) this.history.push(this.droplets.placeOf(dropletId));
  }

  place(): string | undefined {
    return this.dropletId === undefined ? undefined : this.droplets.placeOf(this.dropletId);
  }

  /** Somebody begins a change that ends by itself, and leads nowhere else. */
  keepBusy(ms: number): void {
    const action = this.begin();
    this.timeline.later(ms, () => void (action.status = "completed"));
  }

  private ifOwn(params: readonly string[], answer: () => FakeReply): FakeReply {
    return params[0] === RESERVED_IP ? answer() : notFound();
  }

  private isLocked(): boolean {
    return this.actions.some(({ status }) => status === "in-progress");
  }

  private shown(): FakeReply {
    const found = this.dropletId === undefined ? undefined : this.droplets.find(this.dropletId);
    const droplet = found === undefined ? null : described(found);
    const body = { ip: RESERVED_IP, region: REGION, droplet, locked: this.isLocked() };
    return { status: 200, body: { reserved_ip: body } };
  }

  private begin(): FakeAction {
    const startedAt = new Date().toISOString();
    const action: FakeAction = {
      id: 72_531_856 + this.actions.length,
      startedAt,
      status: "in-progress",
    };
    this.actions.push(action);
    return action;
  }

  private assign(body: unknown): FakeReply {
    const { type, droplet_id: id } = body as { readonly type?: unknown; readonly droplet_id?: unknown };
    // The vendor's document would take this for an unassignment with a strange type.
    if (type !== "assign" || typeof id !== "number")
      return unprocessable("You specified an invalid action.");
    const droplet = this.droplets.find(id);
    if (droplet === undefined) return unprocessable("The Droplet could not be found.");
    if (this.isLocked()) return unprocessable("The floating IP already has a pending event.");
    if (droplet.isPending) return unprocessable("Droplet already has a pending event.");
    const action = this.begin();
    const end = this.nextEnd;
    this.nextEnd = "completed";
    this.timeline.later(this.slowMs, () => {
      action.status = end;
      if (end === "completed") this.lead(id);
    });
    return { status: 201, body: { action: this.told(action) } };
  }

  private action(id: number): FakeReply {
    const found = this.actions.find((one) => one.id === id);
    return found === undefined ? notFound() : { status: 200, body: { action: this.told(found) } };
  }

  private told({ id, status, startedAt }: FakeAction): unknown {
    return {
      id,
      status,
      type: "assign_ip",
      started_at: startedAt,
      completed_at: status === "in-progress" ? null : new Date().toISOString(),
      resource_id: 758_603_823,
      resource_type: "reserved_ip",
      region: REGION,
      region_slug: REGION.slug,
    };
  }
}
