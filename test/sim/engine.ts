// Time, chance and the network of a simulated run: events in the order of a fake clock, processes that crash
// and freeze, messages that are late, overtake each other or never arrive. Everything random comes from one
// number.

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

/** Something on a host that can crash and freeze. What is due while it is frozen happens when it thaws. */
export class Process {
  readonly name: string;
  readonly host: string;
  isAlive = true;
  frozenAtMs: number | undefined;
  /** What was under way when it crashed belongs to an earlier life and never ends. */
  life = 0;
  readonly late: (() => void)[] = [];

  constructor(name: string, host: string) {
    this.name = name;
    this.host = host;
  }

  get isAwake(): boolean {
    return this.isAlive && this.frozenAtMs === undefined;
  }

  crash(): void {
    this.isAlive = false;
    this.frozenAtMs = undefined;
    this.life += 1;
    this.late.length = 0;
  }
}

/** What a task waits for: it is resumed by calling the function that is given. */
export type Wait = (resume: () => void) => void;
export type Task<T = void> = Generator<Wait, T, void>;

interface Event {
  readonly atMs: number;
  readonly order: number;
  readonly happen: () => void;
}

const isBefore = (a: Event, b: Event): boolean =>
  a.atMs < b.atMs || (a.atMs === b.atMs && a.order < b.order);

/** A binary heap: a run has some hundred thousand events. */
class Agenda {
  private readonly events: Event[] = [];

  add(event: Event): void {
    const { events } = this;
    let index = events.push(event) - 1;
    while (index > 0) {
      const above = (index - 1) >> 1;
      const parent = events[above] as Event;
      if (!isBefore(event, parent)) break;
      events[index] = parent;
      index = above;
    }
    events[index] = event;
  }

  first(): Event | undefined {
    return this.events[0];
  }

  take(): void {
    const { events } = this;
    const last = events.pop();
    if (last === undefined || events.length === 0) return;
    let index = 0;
    for (;;) {
      let below = 2 * index + 1;
      if (below >= events.length) break;
      const right = events[below + 1];
      if (right !== undefined && isBefore(right, events[below] as Event)) below += 1;
      const child = events[below] as Event;
      if (!isBefore(child, last)) break;
      events[index] = child;
      index = below;
    }
    events[index] = last;
  }
}

/** As a connection of the agent: a question without an answer after so long is given up. */
const DEADLINE_MS = 1_000;

export class Engine {
  nowMs = 0;
  readonly random: Random;
  /** Share of the messages that never arrive, and of those that take up to 400 ms. */
  lossShare = 0;
  lateShare = 0;
  trace: ((line: string) => void) | undefined;
  private order = 0;
  private readonly agenda = new Agenda();
  /** `from>to` of hosts that cannot send, with how many faults have cut them. */
  private readonly cuts = new Map<string, number>();

  constructor(random: Random) {
    this.random = random;
  }

  say(line: () => string): void {
    this.trace?.(`${String(Math.round(this.nowMs)).padStart(7)} ${line()}`);
  }

  chance(share: number): boolean {
    return this.random() < share;
  }

  between(least: number, most: number): number {
    return least + this.random() * (most - least);
  }

  pick<T>(items: readonly T[]): T {
    return items[Math.floor(this.random() * items.length)] as T;
  }

  after(ms: number, happen: () => void, owner?: Process): void {
    const event = owner === undefined ? happen : this.ownedBy(owner, happen);
    this.agenda.add({ atMs: this.nowMs + ms, order: (this.order += 1), happen: event });
  }

  private ownedBy(owner: Process, happen: () => void): () => void {
    const { life } = owner;
    return () => {
      if (!owner.isAlive || owner.life !== life) return;
      if (owner.frozenAtMs === undefined) happen();
      else owner.late.push(happen);
    };
  }

  /** Goes on until `isOver` or the time has come. */
  run(untilMs: number, isOver: () => boolean = () => false): void {
    while (!isOver()) {
      const event = this.agenda.first();
      if (event === undefined || event.atMs > untilMs) break;
      this.agenda.take();
      this.nowMs = event.atMs;
      event.happen();
    }
    if (!isOver()) this.nowMs = Math.max(this.nowMs, untilMs);
  }

  freeze(process: Process): void {
    if (process.isAwake) process.frozenAtMs = this.nowMs;
  }

  /** @returns for how many ms it stood still. */
  thaw(process: Process): number {
    const { frozenAtMs } = process;
    if (frozenAtMs === undefined) return 0;
    process.frozenAtMs = undefined;
    for (const happen of process.late.splice(0)) this.after(0, happen, process);
    return this.nowMs - frozenAtMs;
  }

  cut(from: string, to: string): void {
    const key = `${from}>${to}`;
    this.cuts.set(key, (this.cuts.get(key) ?? 0) + 1);
  }

  mend(from: string, to: string): void {
    const key = `${from}>${to}`;
    this.cuts.set(key, Math.max(0, (this.cuts.get(key) ?? 0) - 1));
  }

  mendAll(): void {
    this.cuts.clear();
  }

  canSend(from: string, to: string): boolean {
    return from === to || (this.cuts.get(`${from}>${to}`) ?? 0) === 0;
  }

  isLinked(a: string, b: string): boolean {
    return this.canSend(a, b) && this.canSend(b, a);
  }

  /** A frozen receiver finds it when it thaws, as in the buffer of a socket; a cut or a crash loses it. */
  send(from: string, to: Process, receive: () => void): void {
    if (this.chance(this.lossShare)) return;
    const delayMs = this.chance(this.lateShare) ? this.between(20, 400) : this.between(0.5, 6);
    const arrive = () => {
      if (this.canSend(from, to.host)) receive();
    };
    this.after(delayMs, arrive, to);
  }

  start(owner: Process, task: Task): void {
    const { life } = owner;
    const go = () => {
      if (owner.life !== life) return;
      const { done, value } = task.next();
      if (!done) value(go);
    };
    this.after(0, go, owner);
  }

  sleep(owner: Process, ms: number): Wait {
    return (resume) => this.after(ms, resume, owner);
  }

  /** Question and answer; undefined when none came in time. The deed may have been done all the same. */
  *call<T>(from: Process, to: Process, act: () => T, withinMs = DEADLINE_MS): Task<T | undefined> {
    let answer: T | undefined;
    yield (resume) => {
      let isOver = false;
      const settle = (value: T | undefined) => {
        if (isOver) return;
        isOver = true;
        answer = value;
        resume();
      };
      this.send(from.host, to, () => {
        const said = act();
        this.send(to.host, from, () => settle(said));
      });
      this.after(withinMs, () => settle(undefined), from);
    };
    return answer;
  }
}

/** Wakes a task before its time is over. */
export class Bell {
  private waiting: (() => void) | undefined;
  private isRung = false;
  private readonly engine: Engine;

  constructor(engine: Engine) {
    this.engine = engine;
  }

  ring(): void {
    this.isRung = true;
    this.waiting?.();
  }

  /** Returns at once when it was rung since the last wait. */
  wait(owner: Process, ms: number): Wait {
    return (resume) => {
      let isOver = false;
      const end = () => {
        if (isOver) return;
        isOver = true;
        this.waiting = undefined;
        this.isRung = false;
        resume();
      };
      if (this.isRung) return this.engine.after(0, end, owner);
      this.waiting = () => this.engine.after(0, end, owner);
      this.engine.after(ms, end, owner);
    };
  }
}
