// The calls to one TCP farm of an IP load balancer, and one look at everything that a change depends on.
import { z } from "zod";
import type { Endpoint } from "../../../cluster/types.ts";
import type { Ovh } from "./client.ts";
import type { OvhNeeds } from "./rights.ts";

const SERVERS_MAX = 100;
const TASKS_MAX = 100_000;
/** How far back a refresh that has succeeded is looked for behind failed ones. */
const TASKS_LOOKED_AT_MAX = 5;

const server = z.object({
  serverId: z.int().min(0),
  address: z.string().max(64),
  port: z.int().min(0).max(65_535).nullish(),
  status: z.enum(["active", "inactive"]),
  displayName: z.string().max(4_096).nullish(),
  onMarkedDown: z.string().nullish(),
  backup: z.boolean().nullish(),
  chain: z.string().nullish(),
  probe: z.boolean().nullish(),
  proxyProtocolVersion: z.string().nullish(),
  ssl: z.boolean().nullish(),
  weight: z.int().nullish(),
});
export type ServerReply = z.output<typeof server>;

const task = z.object({ id: z.int().min(0), status: z.string().max(40) });
export type Task = z.output<typeof task>;
const farmReply = z.object({ zone: z.string().max(40).nullish(), port: z.int().nullish() });
const ids = (max: number) => z.array(z.int().min(0)).max(max);
const pendings = z.array(z.object({ zone: z.string(), number: z.int().min(0) })).max(1_000);

export interface Server {
  readonly id: number;
  /** Port 0: neither it nor its farm has one. */
  readonly endpoint: Endpoint;
  readonly isActive: boolean;
  readonly name: string;
  readonly reply: ServerReply;
}

/** Everything at one moment. */
export interface World {
  readonly servers: readonly Server[];
  /** How many changes a refresh of the farm's zone would publish, whoever made them. */
  readonly waiting: number;
  /** Refresh tasks, newest first. */
  readonly tasks: readonly number[];
  readonly newest: Task | undefined;
  /** The newest that has succeeded; 0 when none is known. */
  readonly doneTask: number;
  /** OVHcloud's time, seconds since 1970. */
  readonly nowSeconds: number;
}

export interface Iplb {
  look(signal: AbortSignal): Promise<World>;
  server(id: number, signal: AbortSignal): Promise<Server>;
  /** Changes that wait for a refresh of the farm's zone. */
  waiting(signal: AbortSignal): Promise<number>;
  task(id: number, signal: AbortSignal): Promise<Task>;
  /** Stages: nothing is live before a refresh. */
  change(id: number, body: object, signal: AbortSignal): Promise<void>;
  /** Stages, too. */
  add(body: object, signal: AbortSignal): Promise<void>;
  /** Publishes what is staged in the farm's zone, whoever staged it. */
  refresh(signal: AbortSignal): Promise<Task>;
}

export const iplbNeeds = (service: string, farm: number): OvhNeeds => {
  const base = `/ipLoadbalancing/${service}`;
  const get = (path: string) => ({ method: "GET", path: `${base}${path}` }) as const;
  return {
    rules: [
      get("/pendingChanges"),
      get("/task"),
      get("/task/*"),
      get(`/tcp/farm/${farm}`),
      get(`/tcp/farm/${farm}/server`),
      get(`/tcp/farm/${farm}/server/*`),
      { method: "POST", path: `${base}/tcp/farm/${farm}/server` },
      { method: "PUT", path: `${base}/tcp/farm/${farm}/server/*` },
      { method: "POST", path: `${base}/refresh` },
    ],
    actions: [
      "pendingChanges/get",
      "task/get",
      "tcp/farm/get",
      "tcp/farm/server/get",
      "tcp/farm/server/create",
      "tcp/farm/server/edit",
      "refresh",
    ].map((action) => `loadbalancer:apiovh:${action}`),
  };
};

class Calls implements Iplb {
  private readonly ovh: Ovh;
  private readonly base: string;
  private readonly place: string;
  /** A farm's zone never changes, and its port hardly ever; a new process looks again. */
  private farm: z.output<typeof farmReply> | undefined;
  private doneTask = 0;

  constructor(ovh: Ovh, service: string, farm: number) {
    this.ovh = ovh;
    this.base = `/ipLoadbalancing/${encodeURIComponent(service)}`;
    this.place = `${this.base}/tcp/farm/${farm}`;
  }

  async look(signal: AbortSignal): Promise<World> {
    const nowSeconds = await this.ovh.seconds(signal);
    // What waits is looked at before the tasks: a refresh in between shows as a newer task.
    const servers = await this.servers(signal);
    const waiting = await this.waiting(signal);
    const { tasks, newest } = await this.tasks(signal);
    return { servers, waiting, tasks, newest, doneTask: this.doneTask, nowSeconds };
  }

  async server(id: number, signal: AbortSignal): Promise<Server> {
    const { port } = await this.farmOf(signal);
    const asked = { method: "GET", path: `${this.place}/server/${id}`, reply: server } as const;
    const reply = await this.ovh.ask(asked, signal);
    const endpoint = { address: reply.address, port: reply.port ?? port };
    const { status, displayName, serverId } = reply;
    return { id: serverId, endpoint, isActive: status === "active", name: displayName ?? "", reply };
  }

  async waiting(signal: AbortSignal): Promise<number> {
    const { zone } = await this.farmOf(signal);
    const asked = { method: "GET", path: `${this.base}/pendingChanges`, reply: pendings } as const;
    const found = await this.ovh.ask(asked, signal);
    const own = ["all", zone?.toLowerCase()];
    const counted = found.filter((one) => zone === undefined || own.includes(one.zone.toLowerCase()));
    return counted.reduce((sum, { number }) => sum + number, 0);
  }

  async task(id: number, signal: AbortSignal): Promise<Task> {
    const asked = { method: "GET", path: `${this.base}/task/${id}`, reply: task } as const;
    const found = await this.ovh.ask(asked, signal);
    if (found.status === "done") this.doneTask = Math.max(this.doneTask, id);
    return found;
  }

  async change(id: number, body: object, signal: AbortSignal): Promise<void> {
    await this.ovh.ask({ method: "PUT", path: `${this.place}/server/${id}`, body }, signal);
  }

  async add(body: object, signal: AbortSignal): Promise<void> {
    await this.ovh.ask({ method: "POST", path: `${this.place}/server`, body }, signal);
  }

  async refresh(signal: AbortSignal): Promise<Task> {
    const { zone } = await this.farmOf(signal);
    const body = zone === undefined ? {} : { zone };
    const asked = { method: "POST", path: `${this.base}/refresh`, body, reply: task } as const;
    return await this.ovh.ask(asked, signal);
  }

  private async farmOf(signal: AbortSignal) {
    this.farm ??= await this.ovh.ask({ method: "GET", path: this.place, reply: farmReply }, signal);
    const { zone, port } = this.farm;
    // A farm of all zones is published by a refresh of everything.
    return { port: port ?? 0, zone: zone === "all" ? undefined : (zone ?? undefined) };
  }

  private async servers(signal: AbortSignal): Promise<readonly Server[]> {
    const asked = { method: "GET", path: `${this.place}/server`, reply: ids(SERVERS_MAX) } as const;
    const found = (await this.ovh.ask(asked, signal)).toSorted((one, other) => one - other);
    // Once, before all of them ask for it at the same time.
    await this.farmOf(signal);
    return await Promise.all(found.map((id) => this.server(id, signal)));
  }

  private async tasks(signal: AbortSignal): Promise<Pick<World, "tasks" | "newest">> {
    const path = `${this.base}/task?action=refreshIplb`;
    const found = await this.ovh.ask({ method: "GET", path, reply: ids(TASKS_MAX) }, signal);
    const tasks = found.toSorted((one, other) => other - one);
    let newest: Task | undefined;
    for (const id of tasks.slice(0, TASKS_LOOKED_AT_MAX)) {
      const one = id === this.doneTask ? { id, status: "done" } : await this.task(id, signal);
      newest ??= one;
      if (id <= this.doneTask) break;
    }
    return { tasks, newest };
  }
}

export const openIplb = (ovh: Ovh, { service, farm }: { service: string; farm: number }): Iplb =>
  new Calls(ovh, service, farm);
