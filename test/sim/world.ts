// A simulated electorate for the deciding part: Sentinels that vote, gossip, sleep and restart,
// nodes that die and come
// back, and an observer that sees only part of it. Everything random comes from one number.
import type { NodeView, Observation, View } from "../../packages/baton/src/observe/types.ts";
import {
  at,
  dead,
  follows,
  isPrimary,
  leads,
  mute,
  observed,
  says,
} from "../../packages/baton/src/decide/world.fixture.ts";

export type Random = () => number;

/** mulberry32: 32 bits of state, good enough to shuffle a small world, and the same on every machine. */
export function randomFrom(start: number): Random {
  let state = start >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const IDS = ["h1", "h2", "h3"] as const;
type Id = (typeof IDS)[number];

interface Election {
  readonly epoch: number;
  readonly leader: Id;
  readonly winner: Id;
  readonly old: Id;
  /** Steps until the leader notices that its promotion has happened; it may die before. */
  remaining: number;
  /** Further steps until the last replica follows; so long the leader reports a failover under way. */
  reconfiguring: number;
}

export class SimulatedWorld {
  /** The primary of every epoch that a leader has completed. */
  readonly winners = new Map<number, Id>([[1, "h1"]]);
  private readonly random: Random;
  private readonly knows = new Map<Id, number>(IDS.map((id) => [id, 1]));
  private readonly awake = new Set<Id>(IDS);
  private readonly alive = new Set<Id>(IDS);
  /** Whom each node follows; itself when it is a primary. */
  private readonly follows = new Map<Id, Id>(IDS.map((id) => [id, "h1"]));
  private epoch = 1;
  private election: Election | undefined;
  private isHealed = false;

  constructor(random: Random) {
    this.random = random;
  }

  /** From now on nobody dies, sleeps or is missed. */
  heal(): void {
    this.isHealed = true;
    for (const id of IDS) {
      this.awake.add(id);
      this.alive.add(id);
    }
  }

  step(): void {
    this.comeAndGo();
    this.moveElection();
    const newest = Math.max(...this.knows.values());
    // Hello messages: whoever is awake learns the newest epoch sooner or later.
    for (const id of this.awake) {
      if ((this.knows.get(id) ?? 0) < newest && this.chance(0.1)) this.knows.set(id, newest);
    }
    // Sentinels bring every node in line with what they know.
    for (const id of this.alive) {
      if (this.election === undefined && this.chance(0.05)) this.follows.set(id, this.primaryOf(newest));
    }
  }

  look(nowMs: number): Observation {
    return observed(
      IDS.map((id) => this.view(id)),
      IDS.map((id) => this.nodeView(id)),
      nowMs,
    );
  }

  private chance(share: number): boolean {
    return this.random() < share;
  }

  private pick<T>(items: readonly T[]): T {
    return items[Math.floor(this.random() * items.length)] as T;
  }

  private primaryOf(known: number): Id {
    return this.winners.get(known) ?? "h1";
  }

  private comeAndGo(): void {
    for (const some of [this.awake, this.alive]) {
      if (!this.isHealed && this.chance(0.01)) some.delete(this.pick(IDS));
      if (this.chance(0.02)) some.add(this.pick(IDS));
    }
  }

  private moveElection(): void {
    const { election } = this;
    if (election === undefined) {
      if (!this.isHealed && this.awake.size >= 2 && this.chance(0.02)) this.elect();
    } else if (!this.awake.has(election.leader)) {
      // The leader died after the promotion: its epoch was never published, the promoted node is
      // alone with its role.
      this.election = undefined;
    } else if ((election.remaining -= 1) <= 0) {
      this.winners.set(election.epoch, election.winner);
      this.knows.set(election.leader, election.epoch);
      if ((election.reconfiguring -= 1) <= 0) this.election = undefined;
    }
  }

  private elect(): void {
    const leader = this.pick([...this.awake]);
    const voters = [...this.awake].filter((id) => id === leader || this.chance(0.8));
    const old = this.primaryOf(this.knows.get(leader) ?? 1);
    const candidates = [...this.alive].filter((id) => id !== old);
    if (voters.length < 2 || candidates.length === 0) return;
    this.epoch += 1;
    const winner = this.pick(candidates);
    this.election = {
      epoch: this.epoch,
      leader,
      winner,
      old,
      remaining: Math.ceil(this.random() * 80),
      reconfiguring: Math.ceil(this.random() * 40),
    };
    this.follows.set(winner, winner);
  }

  private view(id: Id): View {
    if (!this.awake.has(id) || (!this.isHealed && this.chance(0.1))) return mute(id);
    const known = this.knows.get(id) ?? 1;
    const { election } = this;
    if (election?.leader !== id) return says(id, this.primaryOf(known), known);
    const voters = IDS.filter((other) => this.awake.has(other));
    const view = leads(id, election.old, election.winner, election.epoch, voters, known);
    // From the promotion on the leader names the new primary, while its failover goes on.
    return known === election.epoch && view.kind === "heard"
      ? { ...view, primary: at(election.winner) }
      : view;
  }

  private nodeView(id: Id): NodeView {
    if (!this.alive.has(id) || (!this.isHealed && this.chance(0.05))) return dead(id);
    const of = this.follows.get(id) ?? "h1";
    if (of !== id) return follows(id, of);
    return isPrimary(
      id,
      IDS.filter((other) => other !== id && this.alive.has(other)),
    );
  }
}
