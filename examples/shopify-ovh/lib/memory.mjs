// What this process has seen lately, for the time in which Redis is away: bounded by number and by age.

const ENTRIES_MAX = 10_000;
/** Long enough for any failover; a login that was taken away elsewhere is not remembered for longer. */
const AGE_MS_MAX = 10 * 60_000;

export class Memory {
  #entries = new Map();
  #nowMs;

  constructor(nowMs = () => performance.now()) {
    this.#nowMs = nowMs;
  }

  set(key, value) {
    this.#entries.delete(key);
    this.#entries.set(key, { value, atMs: this.#nowMs() });
    if (this.#entries.size <= ENTRIES_MAX) return;
    const [oldest] = this.#entries.keys();
    this.#entries.delete(oldest);
  }

  get(key) {
    const entry = this.#entries.get(key);
    if (entry === undefined) return undefined;
    if (this.#nowMs() - entry.atMs <= AGE_MS_MAX) return entry.value;
    this.#entries.delete(key);
    return undefined;
  }

  delete(key) {
    this.#entries.delete(key);
  }
}
