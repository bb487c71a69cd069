// Leads a farm to one node: stages a change of every server, publishes it when nothing but Baton's own
// changes would be published with it, and waits until it is live.
import { randomBytes } from "node:crypto";
import { systemClock } from "../../../sys/clock.ts";
import type { Endpoint } from "../../../cluster/types.ts";
import { type Change, endpointText, RouteRejected, TryLater } from "../../target.ts";
import type { Ovh } from "./client.ts";
import type { Iplb, Server, Task, World } from "./iplb-api.ts";
import { judge, type Judged } from "./iplb-judge.ts";
import { type Mark, markIn, withMark } from "./iplb-mark.ts";
import { addedBody, changedBody, type Plan, planOf } from "./iplb-plan.ts";
import { isRecent } from "./recent.ts";

/** Another agent that has staged a change so lately is believed to be at it, seconds. */
const AT_IT_SECONDS = 5;
const POLL_FIRST_MS = 500;
const POLL_MOST_MS = 5_000;
/** A refresh that failed: OVHcloud has to do something first. */
const AFTER_FAILURE_MS = 30_000;
/** Others' changes that wait: somebody has to do something first. */
const AFTER_REFUSAL_MS = 15_000;
/** As OVHcloud's document has it. */
const PORT_MAX = 49_151;

export interface Seen {
  readonly world: World;
  readonly judged: Judged;
  /** Monotonic, milliseconds. */
  readonly atMs: number;
}

export interface IplbWriterParts {
  readonly ovh: Ovh;
  readonly iplb: Iplb;
  readonly service: string;
  readonly farm: number;
  /** Of the group. */
  readonly endpoints: readonly Endpoint[];
  /** Whether changes of others are published along with Baton's. */
  readonly publishesOthers: boolean;
  /** How long agents that are not first wait for the one that is, milliseconds; at most twice that. */
  readonly turnMs: number;
}

const isUnfinished = ({ status }: Task): boolean => ["todo", "doing", "blocked"].includes(status);

export class IplbWriter {
  private readonly parts: IplbWriterParts;
  /** Tells its marks from those of other agents. */
  private readonly by = randomBytes(2).toString("hex");
  /** Changes of its own since none waited for a refresh. */
  private made = 0;
  /** The newest refresh task before them: a later one has published them. */
  private madeAfter = 0;
  /** Led to last; a node that the cluster file did not have when this agent started. */
  private newcomer: Endpoint | undefined;

  constructor(parts: IplbWriterParts) {
    this.parts = parts;
  }

  async look(signal: AbortSignal): Promise<Seen> {
    const world = await this.parts.iplb.look(signal);
    if (world.waiting === 0 || world.doneTask > this.madeAfter) this.made = 0;
    const judged = this.judged(world);
    // Some may have been made although their answer was lost.
    const own = judged.staged.filter(({ by }) => by === this.by);
    this.made = Math.max(this.made, ...own.map(({ count }) => count));
    return { world, judged, atMs: systemClock.monotonicMs() };
  }

  private judged(world: World): Judged {
    const { newcomer, by, made: count } = this;
    const group = [...this.parts.endpoints, ...(newcomer === undefined ? [] : [newcomer])];
    return judge(world, group, { by, count });
  }

  /** `recent`: a look of just before. @throws as `Target.write` does. */
  async write(change: Change, recent: Seen | undefined, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    const { address, port } = change.endpoint;
    if (address.includes(":") || port > PORT_MAX) {
      const what = `${endpointText(change.endpoint)}: an IP load balancer`;
      throw new RouteRejected(`${what} takes IPv4 addresses and ports up to ${PORT_MAX} only`);
    }
    this.newcomer = change.endpoint;
    const seen = await this.untilAlone(change, recent, signal);
    const { world, judged } = seen;
    const plan = planOf(judged.nodes, change);
    if (plan.isDue || !judged.isLive) {
      this.refuseOthers(world.waiting, judged.own);
      const count = plan.isDue ? await this.stage(plan, { change, seen }, signal) : world.waiting;
      await this.publish(count, signal);
    }
    this.refuseStrays(judged.strays);
  }

  /** Waits for a refresh that is on its way and for another agent that is at it, and looks again. */
  private async untilAlone(
    change: Change,
    recent: Seen | undefined,
    signal: AbortSignal,
  ): Promise<Seen> {
    const { turnMs } = this.parts;
    let isPatient = change.role === "observer";
    let seen = recent ?? (await this.look(signal));
    for (;;) {
      const { world } = seen;
      const judged = this.judged(world);
      refuseOlder(change, judged.epoch);
      const otherMs = this.othersTurnMs({ ...seen, judged });
      if (world.newest !== undefined && isUnfinished(world.newest)) {
        await this.ended(world.newest, signal);
      } else if (otherMs > 0) {
        await systemClock.sleep(otherMs * (1 + Math.random() / 4), signal);
      } else if (isPatient && (!judged.isLive || planOf(judged.nodes, change).isDue)) {
        isPatient = false;
        await systemClock.sleep(turnMs * (1 + Math.random()), signal);
      } else return { ...seen, judged };
      seen = await this.look(signal);
    }
  }

  /** How long another agent may still be at it, milliseconds; 0 when none is. */
  private othersTurnMs({ world, judged }: Seen): number {
    const others = judged.staged.filter(({ by }) => by !== this.by);
    const ages = others.map(({ atSeconds }) => Math.abs(world.nowSeconds - atSeconds));
    const youngest = Math.min(AT_IT_SECONDS, ...ages);
    return world.waiting === 0 ? 0 : (AT_IT_SECONDS - youngest) * 1_000;
  }

  private refuseOthers(waiting: number, own: number): void {
    const { service, publishesOthers } = this.parts;
    if (waiting <= own || publishesOthers) return;
    const found = `${waiting - own} of ${waiting} changes that wait for a refresh of ${service}`;
    const next = "publish them or take them back, or set othersChanges: publish";
    const message = `${found} are not Baton's, and a refresh would publish them: ${next}`;
    throw new TryLater(message, AFTER_REFUSAL_MS);
  }

  private refuseStrays(strays: readonly Server[]): void {
    if (strays.length === 0) return;
    const { service, farm } = this.parts;
    const places = strays.map(({ id, endpoint }) => `${id} (${endpointText(endpoint)})`).join(", ");
    const found = `servers in farm ${farm} of ${service} are active and no nodes of the group: ${places}`;
    throw new TryLater(`${found}; make them inactive and refresh`, AFTER_FAILURE_MS);
  }

  /** @returns how many changes wait afterwards when nobody else has made one. */
  private async stage(
    { steps, isMissing }: Plan,
    { change, seen }: { readonly change: Change; readonly seen: Seen },
    signal: AbortSignal,
  ): Promise<number> {
    const { iplb } = this.parts;
    const { epoch, endpoint } = change;
    const { tasks, waiting } = seen.world;
    const [after = 0] = tasks;
    let changes = waiting;
    const make = async (name: string, deed: (name: string) => Promise<void>) => {
      changes += 1;
      const atSeconds = await this.parts.ovh.seconds(signal);
      const count = this.made + 1;
      const mark: Mark = { epoch, after, changes, count, atSeconds, by: this.by };
      this.madeAfter = after;
      await deed(withMark(name, mark));
      this.made = count;
    };
    if (isMissing) {
      const like = steps[0]?.server.reply;
      await make("redis", (name) => iplb.add(addedBody(endpoint, { like, name }), signal));
    }
    for (const [index, step] of steps.entries()) {
      const isKnown = index === 0 && isRecent(seen.atMs);
      const server = isKnown ? step.server : await this.fresh(step.server, change, signal);
      await make(server.name, (name) => {
        const body = changedBody({ server, isActive: step.isActive }, { endpoint, name });
        return iplb.change(server.id, body, signal);
      });
    }
    return changes;
  }

  /** The server as it is now: another agent may be at it, and one that was held up must not go on. */
  private async fresh(server: Server, change: Change, signal: AbortSignal): Promise<Server> {
    const now = await this.parts.iplb.server(server.id, signal);
    refuseOlder(change, markIn(now.name)?.epoch);
    if (now.name === server.name) return now;
    throw new Error(`another agent changes server ${server.id}, too; looked at again`);
  }

  private async publish(expected: number, signal: AbortSignal): Promise<void> {
    const { iplb } = this.parts;
    this.refuseOthers(await iplb.waiting(signal), expected);
    const { id, status } = await this.ended(await iplb.refresh(signal), signal);
    if (status === "done") return;
    const found = `refresh task ${id} of ${this.parts.service} ended with ${status}`;
    throw new TryLater(`${found}: what was staged is not live; tried again`, AFTER_FAILURE_MS);
  }

  private async ended(first: Task, signal: AbortSignal): Promise<Task> {
    let task = first;
    let pauseMs = POLL_FIRST_MS;
    while (isUnfinished(task)) {
      await systemClock.sleep(pauseMs * (0.75 + Math.random() / 2), signal);
      pauseMs = Math.min(POLL_MOST_MS, pauseMs * 1.5);
      task = await this.parts.iplb.task(task.id, signal);
    }
    return task;
  }
}

function refuseOlder({ epoch }: Change, found: number | undefined): void {
  if (found === undefined || found <= epoch) return;
  throw new Error(`holds epoch ${found} (in its servers' names), and ${epoch} is older`);
}
