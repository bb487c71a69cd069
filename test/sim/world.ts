// The nodes of a simulated run and what they hold: a history of writes that replicas copy a little later.
import type { Handover, NodeView } from "../../packages/baton/src/observe/types.ts";
import { at } from "../../packages/baton/src/decide/world.fixture.ts";
import { type Engine, Process } from "./engine.ts";

export const PRIORITY = 100;
export const PING_SECONDS = 2;
export const idAt = ({ address }: { readonly address: string }): string =>
  `h${address.slice(address.lastIndexOf(".") + 1)}`;
const MIN_REPLICAS = 1;
const MIN_REPLICAS_LAG_MS = 4_000;
/** A link on which nothing is heard for so long is given up. */
const LINK_MS = 4_000;
const CRON_MS = 100;

export type Note = Handover & { readonly expiresAtMs: number };

interface Settings {
  of: string | undefined;
  priority: number;
  pingSeconds: number;
}

export class Node extends Process {
  readonly id: string;
  /** Numbers of the writes it holds, in their order; its length is the offset. */
  log: number[] = [];
  note: Note | undefined;
  /** Whom it follows; undefined for a primary. */
  of: string | undefined;
  isLinked = false;
  linkSinceMs = 0;
  /** Since when it has its present role. */
  roleSinceMs = 0;
  /** When it last heard of the one it follows. */
  contactMs = 0;
  priority = PRIORITY;
  pingSeconds = PING_SECONDS;
  pausedUntilMs = 0;
  loadingUntilMs = 0;
  replicationId = "";
  isSyncing = false;
  /** What a restart begins with: the last CONFIG REWRITE. */
  disk: Settings;
  /** Publications that a paused node has not let through yet. */
  readonly blocked: (() => void)[] = [];

  constructor(id: string, of: string | undefined) {
    super(`node ${id}`, id);
    this.id = id;
    this.of = of;
    this.disk = { of, priority: PRIORITY, pingSeconds: PING_SECONDS };
  }

  rewrite(): void {
    const { of, priority, pingSeconds } = this;
    this.disk = { of, priority, pingSeconds };
  }
}

export class World {
  readonly engine: Engine;
  readonly nodes: readonly Node[];
  /** Writes that a client was told to be done, and when. */
  readonly acknowledged = new Map<number, number>();
  fullSyncs = 0;
  /** PUBLISH on the wake channel, or an event of a Sentinel, seen from this host. */
  wake: (host: string) => void = () => undefined;
  private writes = 0;
  private readonly notes = new Map<number, Note | undefined>();

  constructor(engine: Engine, ids: readonly string[]) {
    this.engine = engine;
    this.nodes = ids.map((id) => new Node(id, id === ids[0] ? undefined : ids[0]));
    for (const node of this.nodes) node.replicationId = this.newHistory();
    const cron = () => {
      for (const node of this.nodes) this.keepLink(node);
      engine.after(CRON_MS, cron);
    };
    engine.after(0, cron);
  }

  node(id: string): Node {
    const node = this.nodes.find((one) => one.id === id);
    if (node === undefined) throw new Error(`no node ${id}`);
    return node;
  }

  /** The connected replicas, as ROLE lists them. */
  replicasOf({ id }: Node): readonly Node[] {
    return this.nodes.filter((node) => node.of === id && node.isLinked && node.isAlive);
  }

  view(node: Node): NodeView {
    const { nowMs } = this.engine;
    const note = node.note !== undefined && node.note.expiresAtMs > nowMs ? node.note : undefined;
    const remarks = {
      ...(note === undefined ? {} : { handover: note }),
      isLoading: nowMs < node.loadingUntilMs,
      keys: node.log.length,
      replicationId: node.replicationId,
      replicaPriority: node.priority,
      pingPeriodSeconds: node.pingSeconds,
    };
    const base = { ...remarks, node: node.id, offsetBytes: node.log.length };
    if (node.of !== undefined)
      return {
        ...base,
        kind: "replica",
        of: at(node.of),
        link: node.isLinked ? "connected" : "connect",
      };
    const replicas = this.replicasOf(node).map(({ id, log }) => ({
      ...at(id),
      offsetBytes: log.length,
    }));
    return { ...base, kind: "primary", replicas };
  }

  /** REPLICAOF; undefined makes it a primary. Refused while it loads. */
  replicaOf(node: Node, of: string | undefined): boolean {
    if (this.engine.nowMs < node.loadingUntilMs) return false;
    if (node.of === of) return true;
    this.engine.say(() => `${node.id} becomes ${of === undefined ? "primary" : `replica of ${of}`}`);
    if ((node.of === undefined) !== (of === undefined)) node.roleSinceMs = this.engine.nowMs;
    node.of = of;
    node.isLinked = false;
    node.isSyncing = false;
    node.linkSinceMs = this.engine.nowMs;
    this.dropReplicas(node);
    if (of === undefined) node.replicationId = this.newHistory();
    else this.engine.after(5, () => this.keepLink(node), node);
    return true;
  }

  /** As fence/demote.ts: the role, the end of a pause, and the file in one transaction. */
  demote(node: Node, of: string): boolean {
    if (!this.replicaOf(node, of)) return false;
    this.unpause(node);
    node.rewrite();
    return true;
  }

  restoreSettings(node: Node): void {
    node.priority = PRIORITY;
    node.pingSeconds = PING_SECONDS;
  }

  /** @returns its number when a primary took it that loads nothing, is not paused and has a replica. */
  write(node: Node, note?: { readonly note: Note | undefined }): number | undefined {
    const { nowMs } = this.engine;
    if (node.of !== undefined || nowMs < node.loadingUntilMs || nowMs < node.pausedUntilMs)
      return undefined;
    const good = this.replicasOf(node).filter(
      ({ contactMs }) => nowMs - contactMs <= MIN_REPLICAS_LAG_MS,
    );
    if (good.length < MIN_REPLICAS) return undefined;
    const id = (this.writes += 1);
    if (note !== undefined) this.notes.set(id, note.note);
    this.apply(node, id);
    for (const replica of this.replicasOf(node)) this.pullSoon(replica);
    return id;
  }

  pause(node: Node, ms: number): void {
    node.pausedUntilMs = this.engine.nowMs + ms;
    this.engine.after(ms, () => this.unblock(node), node);
  }

  unpause(node: Node): void {
    node.pausedUntilMs = 0;
    this.unblock(node);
  }

  restart(node: Node, isEmpty: boolean): void {
    const { nowMs } = this.engine;
    Object.assign(node, node.disk);
    if (isEmpty) node.log = [];
    if (isEmpty) node.note = undefined;
    node.isAlive = true;
    node.isLinked = false;
    node.isSyncing = false;
    node.linkSinceMs = nowMs;
    node.pausedUntilMs = 0;
    node.blocked.length = 0;
    node.loadingUntilMs = nowMs + this.engine.between(0, 400);
    node.replicationId = this.newHistory();
    this.engine.say(
      () => `${node.id} starts as ${node.of === undefined ? "primary" : `replica of ${node.of}`}`,
    );
  }

  private newHistory(): string {
    return `history-${Math.floor(this.engine.random() * 1e9)}`;
  }

  private apply(node: Node, id: number): void {
    node.log.push(id);
    if (this.notes.has(id)) node.note = this.notes.get(id);
  }

  private unblock(node: Node): void {
    if (this.engine.nowMs < node.pausedUntilMs) return;
    for (const publish of node.blocked.splice(0)) publish();
  }

  private dropReplicas(node: Node): void {
    for (const replica of this.nodes) {
      if (replica.of !== node.id || !replica.isLinked) continue;
      replica.isLinked = false;
      replica.linkSinceMs = this.engine.nowMs;
    }
  }

  private upstream(replica: Node): Node | undefined {
    if (replica.of === undefined || !replica.isAwake) return undefined;
    const source = this.node(replica.of);
    if (!source.isAwake || source === replica || !this.engine.isLinked(source.host, replica.host))
      return undefined;
    return source;
  }

  private keepLink(replica: Node): void {
    if (replica.of === undefined || !replica.isAlive) return;
    const { nowMs } = this.engine;
    const source = this.upstream(replica);
    if (replica.isLinked) {
      if (source !== undefined) replica.contactMs = nowMs;
      if (
        source === undefined &&
        (!this.node(replica.of).isAlive || nowMs - replica.contactMs > LINK_MS)
      ) {
        replica.isLinked = false;
        replica.linkSinceMs = nowMs;
      }
      return this.pullSoon(replica);
    }
    const isServing =
      source !== undefined &&
      nowMs >= source.loadingUntilMs &&
      (source.of === undefined || source.isLinked);
    if (isServing && !replica.isSyncing && nowMs >= replica.loadingUntilMs) this.sync(replica, source);
  }

  /** Partial where the own writes are the beginning of the other's; everything anew otherwise. */
  private sync(replica: Node, source: Node): void {
    const isPartial = () =>
      replica.log.length <= source.log.length &&
      replica.log.every((id, index) => source.log[index] === id);
    replica.isSyncing = true;
    const { of } = replica;
    const finish = () => {
      if (replica.of !== of) return;
      replica.isSyncing = false;
      if (this.upstream(replica) !== source || (source.of !== undefined && !source.isLinked)) return;
      if (isPartial()) for (const id of source.log.slice(replica.log.length)) this.apply(replica, id);
      else {
        this.fullSyncs += 1;
        replica.log = [...source.log];
        replica.note = source.note;
        this.dropReplicas(replica);
      }
      replica.replicationId = source.replicationId;
      replica.isLinked = true;
      replica.contactMs = this.engine.nowMs;
      replica.linkSinceMs = this.engine.nowMs;
    };
    this.engine.after(
      isPartial() ? this.engine.between(5, 40) : this.engine.between(80, 500),
      finish,
      replica,
    );
  }

  private pullSoon(replica: Node): void {
    this.engine.after(this.engine.between(0.5, 15), () => this.pull(replica), replica);
  }

  private pull(replica: Node): void {
    const source = this.upstream(replica);
    if (source === undefined || !replica.isLinked || replica.log.length >= source.log.length) return;
    for (const id of source.log.slice(replica.log.length)) this.apply(replica, id);
    for (const next of this.replicasOf(replica)) this.pullSoon(next);
  }
}
