// One simulated Sentinel: it pings, asks INFO, gossips, brings nodes in line. Failovers are in failover.ts.
import { Process } from "./engine.ts";
import { Failover, type Vote } from "./failover.ts";
import {
  ASK_MS,
  CONVERT_AFTER_MS,
  DOWN_AFTER_MS,
  FAILOVER_TIMEOUT_MS,
  type Hello,
  INFO_MS,
  type Info,
  Known,
  type Peer,
  PING_MS,
  PUBLISH_MS,
  type Surroundings,
  TILT_MS,
  TILT_TRIGGER_MS,
} from "./known.ts";
import type { Node } from "./world.ts";

export class Sentinel extends Process {
  readonly around: Surroundings;
  /** On disk. */
  currentEpoch = 1;
  configEpoch = 1;
  primary: string;
  vote: Vote | undefined;
  /**
   * Names a primary of its own in the newest epoch. A leader that still reconfigures, and hears of a newer
   * failover back to the primary it came from, sees no other address and ends on the one that it had
   * chosen. Real Sentinels do the same; only the next failover brings them together again.
   */
  isStray = false;
  /** Forgotten at a restart. */
  known = new Map<string, Known>();
  readonly peers = new Map<string, Peer>();
  readonly failover: Failover;
  private tiltSinceMs: number | undefined;
  private tickedMs = 0;

  constructor(id: string, primary: string, around: Surroundings) {
    super(`sentinel ${id}`, id);
    this.primary = primary;
    this.around = around;
    this.failover = new Failover(this);
  }

  get id(): string {
    return this.host;
  }

  get runId(): string {
    return `run-${this.host}`;
  }

  get isTilted(): boolean {
    return this.tiltSinceMs !== undefined;
  }

  /** The leader names the new primary from the moment it has seen it promoted. */
  get named(): string {
    const { chosen, state } = this.failover;
    return state === "reconf" && chosen !== undefined ? chosen : this.primary;
  }

  /** It is a stray already, or will be one when its failover ends. */
  private get isAstray(): boolean {
    return this.isStray || (this.named !== this.primary && this.configEpoch !== this.failover.epoch);
  }

  boot(): void {
    const { engine } = this.around;
    this.isAlive = true;
    this.tiltSinceMs = undefined;
    // Its file has the new primary from the moment on in which it names it.
    this.isStray = this.isAstray;
    this.primary = this.named;
    this.forget();
    this.tickedMs = engine.nowMs;
    const tick = () => {
      this.tick();
      engine.after(engine.between(50, 100), tick, this);
    };
    engine.after(engine.between(0, 100), tick, this);
  }

  of(id: string): Known {
    const known = this.known.get(id);
    if (known === undefined) throw new Error(`${this.name} does not know ${id}`);
    return known;
  }

  tilt(): void {
    this.tiltSinceMs = this.around.engine.nowMs;
  }

  /** A newer configuration, its own or from a hello: everything known of the nodes begins anew. */
  switchTo(primary: string): void {
    this.around.engine.say(() => `${this.name} names ${primary} in epoch ${this.configEpoch}`);
    this.primary = primary;
    this.forget();
    this.around.world.wake(this.host);
  }

  /** REMOVE and MONITOR, as configuration management does it: the first primary again, in no epoch. */
  monitorAnew(primary: string): void {
    this.configEpoch = 0;
    this.isStray = false;
    this.vote = undefined;
    this.switchTo(primary);
  }

  tellEverybody(): void {
    for (const known of this.known.values()) this.publish(known);
    const { engine, sentinels } = this.around;
    const hello = this.hello();
    for (const peer of sentinels)
      if (peer !== this) engine.send(this.host, peer, () => peer.hear(hello));
  }

  /** Asked by SENTINEL IS-MASTER-DOWN-BY-ADDR with a run id. */
  voteFor(epoch: number, leader: string): Vote | undefined {
    this.currentEpoch = Math.max(this.currentEpoch, epoch);
    if ((this.vote?.epoch ?? 0) < epoch && this.currentEpoch <= epoch) {
      this.vote = { leader, epoch };
      if (leader !== this.runId) this.failover.startedMs = this.around.engine.nowMs + this.aSecond();
    }
    return this.vote;
  }

  aSecond(): number {
    return this.around.engine.between(0, 1_000);
  }

  askPeers(isForced: boolean): void {
    const { engine, sentinels } = this.around;
    if (this.of(this.primary).downSinceMs === undefined) return;
    const epoch = this.failover.state === "none" ? undefined : this.currentEpoch;
    for (const peer of sentinels) {
      const entry = this.peers.get(peer.id);
      if (entry === undefined || (!isForced && engine.nowMs - entry.askedMs < ASK_MS)) continue;
      entry.askedMs = engine.nowMs;
      const { primary } = this;
      engine.send(this.host, peer, () => {
        const isDown =
          peer.primary === primary && !peer.isTilted && peer.of(primary).downSinceMs !== undefined;
        const vote = epoch === undefined ? undefined : peer.voteFor(epoch, this.runId);
        engine.send(peer.host, this, () => {
          Object.assign(entry, { isDown, heardMs: engine.nowMs });
          if (vote !== undefined) entry.vote = vote;
        });
      });
    }
  }

  /** Own opinion and that of the peers, as far as it is younger than 5 s. */
  isObjectivelyDown(): boolean {
    if (this.of(this.primary).downSinceMs === undefined) return false;
    const others = [...this.peers.values()].filter(({ isDown }) => isDown).length;
    return others + 1 >= this.quorum;
  }

  get quorum(): number {
    return Math.floor(this.around.sentinels.length / 2) + 1;
  }

  replicaOf(node: Node, of: string | undefined): void {
    const { engine, world } = this.around;
    engine.send(this.host, node, () => {
      // MULTI: SLAVEOF, CONFIG REWRITE, CLIENT KILL; refused as a whole while it loads.
      if (world.replicaOf(node, of)) node.rewrite();
    });
  }

  private forget(): void {
    const { engine, world, sentinels } = this.around;
    this.known = new Map(world.nodes.map((node) => [node.id, new Known(node, engine.nowMs)]));
    this.failover.reset();
    for (const { id } of sentinels)
      if (id !== this.id)
        this.peers.set(id, { isDown: false, heardMs: 0, askedMs: -1e9, vote: undefined });
  }

  private tick(): void {
    const { engine } = this.around;
    const { nowMs } = engine;
    if (nowMs - this.tickedMs > TILT_TRIGGER_MS) this.tilt();
    this.tickedMs = nowMs;
    for (const known of this.known.values()) this.talkTo(known);
    if (this.tiltSinceMs !== undefined && nowMs - this.tiltSinceMs < TILT_MS) return;
    this.tiltSinceMs = undefined;
    for (const known of this.known.values()) this.judge(known);
    for (const peer of this.peers.values()) {
      if (nowMs - peer.heardMs <= 5 * ASK_MS) continue;
      peer.isDown = false;
      peer.vote = undefined;
    }
    if (this.failover.startIfNeeded()) this.askPeers(true);
    this.failover.move();
    this.askPeers(false);
  }

  private judge(known: Known): void {
    const { nowMs } = this.around.engine;
    const isSilent = known.pendingSinceMs !== undefined && nowMs - known.pendingSinceMs > DOWN_AFTER_MS;
    const isDeposed =
      known.node.id === this.primary &&
      known.info?.of !== undefined &&
      nowMs - known.roleSinceMs > DOWN_AFTER_MS + 2 * INFO_MS;
    if (!isSilent && !isDeposed) known.downSinceMs = undefined;
    else if (known.downSinceMs === undefined) known.downSinceMs = known.wasDownMs = nowMs;
  }

  private talkTo(known: Known): void {
    const { engine } = this.around;
    const { nowMs } = engine;
    const { node } = known;
    if (nowMs - known.pongMs > PING_MS && nowMs - known.pingedMs > PING_MS / 2) {
      known.pingedMs = nowMs;
      known.pendingSinceMs ??= nowMs;
      // A publication that a pause holds back keeps what is behind it on the connection waiting.
      const pong = () =>
        engine.send(node.host, this, () => {
          known.pongMs = engine.nowMs;
          known.pendingSinceMs = undefined;
        });
      engine.send(this.host, node, () =>
        engine.nowMs < node.pausedUntilMs ? node.blocked.push(pong) : pong(),
      );
    }
    if (nowMs - known.askedInfoMs > INFO_MS) {
      known.askedInfoMs = nowMs;
      engine.send(this.host, node, () => {
        const { of, priority, log, isLinked, linkSinceMs } = node;
        const linkDownMs = of === undefined || isLinked ? 0 : engine.nowMs - linkSinceMs;
        const isLoading = engine.nowMs < node.loadingUntilMs;
        const info = { of, priority, offset: log.length, linkDownMs };
        if (!isLoading)
          engine.send(node.host, this, () => this.learn(known, { ...info, atMs: engine.nowMs }));
      });
    }
    if (nowMs - known.helloMs > PUBLISH_MS) this.publish(known);
  }

  private hello(): Hello {
    const { currentEpoch, configEpoch, named, isAstray } = this;
    return { currentEpoch, configEpoch, primary: named, isAstray };
  }

  private publish(known: Known): void {
    const { engine, sentinels } = this.around;
    const { node } = known;
    known.helloMs = engine.nowMs;
    const hello = this.hello();
    const deliver = () => {
      for (const peer of sentinels)
        if (peer !== this) engine.send(node.host, peer, () => peer.hear(hello));
    };
    engine.send(this.host, node, () =>
      engine.nowMs < node.pausedUntilMs ? node.blocked.push(deliver) : deliver(),
    );
  }

  private hear({ currentEpoch, configEpoch, primary, isAstray }: Hello): void {
    this.currentEpoch = Math.max(this.currentEpoch, currentEpoch);
    if (configEpoch <= this.configEpoch) return;
    this.configEpoch = configEpoch;
    this.isStray = false;
    // Whoever was set up anew knows no epoch, and believes a stray too.
    if (isAstray) this.around.won(configEpoch, primary);
    if (primary !== this.primary) this.switchTo(primary);
    this.around.informed();
  }

  private learn(known: Known, info: Info): void {
    const { nowMs } = this.around.engine;
    if (this.known.get(known.node.id) !== known) return;
    if (known.info === undefined || known.info.of !== info.of) known.roleSinceMs = nowMs;
    known.info = info;
    if (this.isTilted || known.node.id === this.primary) return;
    if (this.failover.learn(known)) return;
    this.bringInLine(known, info);
  }

  /** +convert-to-slave and +fix-slave-config. */
  private bringInLine(known: Known, { of }: Info): void {
    const { nowMs } = this.around.engine;
    const primary = this.of(this.primary);
    const looksSane =
      primary.info !== undefined &&
      primary.info.of === undefined &&
      primary.downSinceMs === undefined &&
      nowMs - primary.info.atMs < 2 * INFO_MS;
    const waitMs = of === undefined ? CONVERT_AFTER_MS : FAILOVER_TIMEOUT_MS;
    const isDue = nowMs - known.wasDownMs > waitMs && nowMs - known.roleSinceMs > waitMs;
    if (of === this.primary || !looksSane || !isDue || this.failover.chosen === known.node.id) return;
    this.replicaOf(known.node, this.primary);
  }
}
