// Three agents that tell people of one failover, in simulated time: any of them may be killed at any moment,
// messages between them are late, Redis is away for a while, and the far side takes its time.
import type { ChannelPlan } from "../cluster/types.ts";
import type { Clock } from "../sys/clock.ts";
import { HandClock } from "../sys/hand-clock.fixture.ts";
import type { ChannelKind, Message } from "./channel.ts";
import { Courier } from "./courier.ts";
import type { Episode } from "./episodes.ts";
import type { Notice } from "./notice.ts";
import type { NoticePlace, Notes, Standing } from "./notes.ts";
import type { NoticeClaim, NoticeRecord, Told } from "./record.ts";
import { z } from "zod";

/** Replayable: the same number gives the same run. */
function chanceFrom(start: number): () => number {
  let state = start >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

export interface Accepted {
  readonly by: string;
  readonly as: Message["as"];
  readonly thread: string;
  readonly number: number;
  readonly atMs: number;
}

interface Kept {
  readonly claim?: NoticeClaim;
  readonly record?: NoticeRecord;
  readonly untilMs: number;
}

/** A group's Redis: away while there is no primary. */
class Redis {
  isUp = true;
  private readonly kept = new Map<string, Kept>();
  private readonly clock: Clock;
  constructor(clock: Clock) {
    this.clock = clock;
  }
  get(key: string): Kept | undefined {
    const found = this.kept.get(key);
    return found !== undefined && found.untilMs > this.clock.monotonicMs() ? found : undefined;
  }
  set(key: string, value: Omit<Kept, "untilMs">, lifeMs: number): void {
    this.kept.set(key, { ...value, untilMs: this.clock.monotonicMs() + lifeMs });
  }
  remove(key: string): void {
    this.kept.delete(key);
  }
}

const RECORD = "record";
const CLAIM = "claim";
const GROUP = "main";
const ID = "failover-7";

const plan: ChannelPlan = {
  name: "ops",
  kind: "fake",
  severityMin: "info",
  settleMs: 10_000,
  drills: false,
  settings: {},
};

export interface AgentLife {
  readonly host: string;
  readonly courier: Courier;
  isAlive: boolean;
  /** It was told that its message is taken, and has not written that down yet. */
  isUnwritten: boolean;
}

export interface SimOptions {
  readonly start: number;
  /** The longest that a message between two agents takes. */
  readonly lateMs: number;
  /** Out of so many attempts one fails before the far side has heard of it; 0: none. */
  readonly failsOneIn: number;
}

export class Sim {
  readonly clock = new HandClock();
  readonly accepted: Accepted[] = [];
  readonly agents: AgentLife[] = [];
  /** Copies that no agent can know of: whoever sent the first died before it could say so. */
  excused = 0;
  readonly said: string[] = [];
  readonly random: () => number;
  private readonly redis: Redis;
  private readonly options: SimOptions;
  private ids = 0;

  constructor(options: SimOptions) {
    this.options = options;
    this.random = chanceFrom(options.start);
    this.redis = new Redis(this.clock);
  }

  between(fromMs: number, toMs: number): number {
    return fromMs + this.random() * (toMs - fromMs);
  }

  pick(count: number): number {
    return Math.floor(this.random() * count);
  }

  start(host: string, rank: number): AgentLife {
    const life: { -readonly [K in keyof AgentLife]: AgentLife[K] } = {
      host,
      courier: undefined as unknown as Courier,
      isAlive: true,
      isUnwritten: false,
    };
    const clock = this.clockOf(life);
    life.courier = new Courier({
      known: { plan, kind: this.kindOf(life), settings: {} },
      host,
      rank,
      clock,
      notes: this.notesOf(life),
      surroundings: {
        name: "ops",
        cluster: "shop",
        host,
        readSecret: () => Promise.resolve(""),
        wallMs: () => clock.wallMs(),
        pacerOf: () => ({ turn: () => Promise.resolve() }),
      },
      tell: (told) => this.spread(life, told),
      remember: () => undefined,
      write: ({ sentence }) => void this.said.push(`${host}: ${sentence}`),
      count: () => undefined,
      chance: { random: this.random, newId: () => this.newId() },
    });
    this.agents.push(life);
    return life;
  }

  /** At once, wherever it is. */
  kill(life: AgentLife): void {
    if (!life.isAlive) return;
    if (life.isUnwritten) this.excused += 1;
    life.isAlive = false;
    this.note(`${life.host} dies`);
  }

  living(): readonly AgentLife[] {
    return this.agents.filter(({ isAlive }) => isAlive);
  }

  setRedis(isUp: boolean): void {
    this.redis.isUp = isUp;
    this.note(`redis is ${isUp ? "up" : "away"}`);
  }

  /** A failover loses what had not reached the replica. */
  loseLast(): void {
    this.redis.remove(RECORD);
    this.redis.remove(CLAIM);
    this.note("redis has lost what was written");
  }

  offer(life: AgentLife, episode: Episode, aloneSinceMs: number | undefined): void {
    if (!life.isAlive) return;
    life.courier.offer(GROUP, { episodes: [episode], isHeld: false, incidents: {} }, aloneSinceMs);
  }

  note(sentence: string): void {
    this.said.push(`${Math.round(this.clock.monotonicMs())} ${sentence}`);
  }

  private newId(): string {
    this.ids += 1;
    return `${this.pick(1e9).toString(36)}-${this.ids}`;
  }

  /** Nothing is ever heard again by whoever is dead. */
  private async later<T>(life: AgentLife, ms: number, deed: () => T): Promise<T> {
    await this.clock.sleep(ms);
    const value = deed();
    if (!life.isAlive) return await new Promise<never>(() => undefined);
    return value;
  }

  private clockOf(life: AgentLife): Clock {
    return {
      monotonicMs: () => this.clock.monotonicMs(),
      wallMs: () => this.clock.wallMs(),
      sleep: async (ms, signal) => {
        await this.clock.sleep(ms, signal);
        if (!life.isAlive) await new Promise<never>(() => undefined);
      },
    };
  }

  private spread(from: AgentLife, told: Told): void {
    if (!from.isAlive) return;
    if (told.kind === "sent") from.isUnwritten = false;
    this.note(`${from.host} tells ${told.kind}`);
    for (const to of this.agents) {
      const hear = () => {
        if (to.isAlive) to.courier.hear(told);
      };
      void this.clock.sleep(this.between(1, this.options.lateMs)).then(hear);
    }
  }

  private notesOf(life: AgentLife): Notes {
    const { redis } = this;
    const standing = (): Standing => ({
      claim: redis.get(CLAIM)?.claim,
      record: redis.get(RECORD)?.record,
    });
    const ask = async <T>(deed: () => T): Promise<T | undefined> => {
      if (!life.isAlive) return await new Promise<never>(() => undefined);
      await this.later(life, this.between(0.1, 10), () => undefined);
      const answer = redis.isUp ? deed() : undefined;
      return await this.later(life, this.between(0.1, 10), () => answer);
    };
    return {
      read: () => ask(standing),
      claim: (_place: NoticePlace, claim, lifeMs) =>
        ask(() => {
          if (redis.get(CLAIM) === undefined) redis.set(CLAIM, { claim }, lifeMs);
          return standing();
        }),
      release: async (_place, claim) => {
        await ask(() => {
          if (redis.get(CLAIM)?.claim?.token === claim.token) redis.remove(CLAIM);
        });
      },
      write: async (_place, record, { lifeMs, claim }) => {
        const isThere = await ask(() => {
          redis.set(RECORD, { record }, lifeMs);
          if (claim !== undefined && redis.get(CLAIM)?.claim?.token === claim.token) redis.remove(CLAIM);
          return true;
        });
        return isThere === true;
      },
    };
  }

  private kindOf(life: AgentLife): ChannelKind {
    return {
      id: "fake",
      summary: "a far side in simulated time",
      tier: "real",
      facts: { shown: "", twice: "", credential: "" },
      updates: () => true,
      settings: z.looseObject({}),
      open: () =>
        Promise.resolve({
          deadlineMs: 10_000,
          send: async (message: Message) => {
            const { failsOneIn } = this.options;
            await this.later(life, this.between(1, 1_500), () => undefined);
            if (failsOneIn > 0 && this.pick(failsOneIn) === 0) throw new Error("503");
            const { as, thread, number } = message;
            const atMs = this.clock.monotonicMs();
            this.accepted.push({ by: life.host, as, thread, number, atMs });
            this.note(`far side takes ${as} ${number} of ${thread} from ${life.host}`);
            life.isUnwritten = true;
            await this.later(life, this.between(1, 500), () => undefined);
            return { message: String(this.accepted.length) };
          },
        }),
    };
  }
}

export function episodeAt(sinceMs: number, more: Partial<Episode> = {}): Episode {
  const notice: Notice = {
    id: ID,
    group: GROUP,
    kind: "failover",
    severity: "warning",
    state: "open",
    title: "main: failover",
    lines: [],
    startedAt: "2026-01-01T00:00:00.000Z",
    endedAt: null,
  };
  const times = { sinceMs, openFromMs: sinceMs + 2_000, clearSinceMs: undefined, endedMs: undefined };
  return { notice, gist: "open", ...times, ...more };
}
