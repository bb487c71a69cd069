// A cache in Redis in front of something slow: while Redis is away it is this process' memory, and then the
// slow thing itself, once at a time for each key.

export class Cache {
  #redis;
  #memory;
  #underWay = new Map();

  constructor({ redis, memory }) {
    this.#redis = redis;
    this.#memory = memory;
  }

  /** `produce` gives text. It is the caller's to say that what it reads is a moment old. */
  async read(key, { keepMs, produce }) {
    const options = { idempotent: true, fallback: () => undefined };
    const { kind, value } = await this.#redis.pages.call(["GET", `shop:cache:${key}`], options);
    if (kind !== "done") return await this.remembered(key, { keepMs, produce });
    if (value === null) return await this.#fill(key, { keepMs, produce });
    this.#memory.set(key, value);
    return value;
  }

  /** Without Redis. */
  async remembered(key, making) {
    return this.#memory.get(key) ?? (await this.#fill(key, making));
  }

  /** Many pages want the same when Redis goes away: what is slow, and counts its callers, is asked once. */
  async #fill(key, { keepMs, produce }) {
    const present = this.#underWay.get(key);
    if (present !== undefined) return await present;
    const filling = produce(key);
    this.#underWay.set(key, filling);
    try {
      const value = await filling;
      this.#memory.set(key, value);
      // Nobody waits for it, and it resolves whatever becomes of Redis.
      const words = ["SET", `shop:cache:${key}`, value, "PX", String(keepMs)];
      void this.#redis.pages.call(words, { idempotent: true, fallback: () => undefined });
      return value;
    } finally {
      this.#underWay.delete(key);
    }
  }
}
