// A simulated electorate for the deciding part: Sentinels that vote, gossip, sleep and restart, nodes that die and come
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
}

export interface SimulatedWorld {
  step(): void;
  heal(): void;
  look(nowMs: number): Observation;
  /** The primary of every epoch that a leader has completed. */
  readonly winners: ReadonlyMap<number, Id>;
  newestEpoch(): number;
  /** Sentinels that can be heard right now. */
  readonly heard: () => number;
}

export function openWorld(random: Random): SimulatedWorld {
  const chance = (share: number) => random() < share;
  const pick = <T>(items: readonly T[]): T => items[Math.floor(random() * items.length)] as T;
  const winners = new Map<number, Id>([[1, "h1"]]);
  const knows = new Map<Id, number>(IDS.map((id) => [id, 1]));
  const awake = new Set<Id>(IDS);
  const alive = new Set<Id>(IDS);
  const role = new Map<Id, Id>(IDS.map((id) => [id, "h1"]));
  let epoch = 1;
  let election: Election | undefined;
  let isHealed = false;
  const primaryOf = (known: number): Id => winners.get(known) ?? "h1";

  function elect(): void {
    const leader = pick([...awake]);
    const voters = [...awake].filter((id) => id === leader || chance(0.8));
    if (voters.length < 2) return;
    const old = primaryOf(knows.get(leader) ?? 1);
    const candidates = [...alive].filter((id) => id !== old);
    if (candidates.length === 0) return;
    epoch += 1;
    election = { epoch, leader, winner: pick(candidates), old, remaining: Math.ceil(random() * 80) };
    role.set(election.winner, election.winner);
  }

  function finish(done: Election): void {
    winners.set(done.epoch, done.winner);
    knows.set(done.leader, done.epoch);
    election = undefined;
  }

  function step(): void {
    const newest = Math.max(...knows.values());
    if (!isHealed && chance(0.01)) awake.delete(pick(IDS));
    if (chance(0.02)) awake.add(pick(IDS));
    if (!isHealed && chance(0.01)) alive.delete(pick(IDS));
    if (chance(0.02)) alive.add(pick(IDS));
    if (election === undefined) {
      if (!isHealed && awake.size >= 2 && chance(0.02)) elect();
    } else if (!awake.has(election.leader)) {
      // The leader died after the promotion: its epoch was never published, the promoted node is alone with its role.
      election = undefined;
    } else if ((election.remaining -= 1) <= 0) finish(election);
    // Hello messages: whoever is awake learns the newest epoch sooner or later.
    for (const id of awake) if ((knows.get(id) ?? 0) < newest && chance(0.1)) knows.set(id, newest);
    // Sentinels bring every node in line with what they know.
    for (const id of alive) {
      if (election === undefined && chance(0.05)) role.set(id, primaryOf(newest));
    }
  }

  function view(id: Id): View {
    if (!awake.has(id) || (!isHealed && chance(0.1))) return mute(id);
    const known = knows.get(id) ?? 1;
    if (election?.leader === id) {
      const voters = IDS.filter((other) => awake.has(other));
      return {
        ...leads(id, election.old, election.winner, election.epoch, voters),
        configEpoch: known,
      } as View;
    }
    return says(id, primaryOf(known), known);
  }

  function nodeView(id: Id): NodeView {
    if (!alive.has(id) || (!isHealed && chance(0.05))) return dead(id);
    const of = role.get(id) ?? "h1";
    if (of !== id) return follows(id, of);
    return isPrimary(
      id,
      IDS.filter((other) => other !== id && alive.has(other)),
    );
  }

  return {
    winners,
    step,
    heal() {
      isHealed = true;
      for (const id of IDS) {
        awake.add(id);
        alive.add(id);
      }
    },
    look: (nowMs) => observed(IDS.map(view), IDS.map(nodeView), nowMs),
    newestEpoch: () => Math.max(...knows.values()),
    heard: () => awake.size,
  };
}

export { at };
