// Sessions in Redis, with the methods that Shopify's session storages have: storeSession, loadSession,
// deleteSession, deleteSessions, findSessionsByShop.
import { valueOf } from "./redis.mjs";

const keyOf = (id) => `shop:session:${id}`;
const indexOf = (shop) => `shop:sessions-of:${shop}`;
/** Of one call. */
const IDS_MAX = 1_000;

/**
 * A session and its place in the list of its shop come and go together: who reads the list, changes it and
 * writes it back loses what another process has written in between.
 */
const STORE = `
local expiry = tonumber(ARGV[3])
if expiry > 0 then redis.call("SET", KEYS[1], ARGV[2], "PXAT", expiry)
else redis.call("SET", KEYS[1], ARGV[2]) end
redis.call("SADD", KEYS[2], ARGV[1])
return 1`;

const DELETE = `
for index, key in ipairs(KEYS) do
  local value = redis.call("GET", key)
  if value then
    redis.call("SREM", ARGV[1] .. cjson.decode(value).shop, ARGV[index + 1])
    redis.call("DEL", key)
  end
end
return 1`;

/** Sessions expire by themselves, and their places in the list when somebody looks at it. */
const FIND = `
local found = {}
for _, id in ipairs(redis.call("SMEMBERS", KEYS[1])) do
  local value = redis.call("GET", ARGV[1] .. id)
  if value then table.insert(found, value) else redis.call("SREM", KEYS[1], id) end
end
return found`;

/** Nobody can tell at the moment, which is another thing than "there is none". */
export class Unavailable extends Error {
  name = "Unavailable";
}

export class RedisSessionStorage {
  #redis;
  #Session;
  #memory;

  /** `Session`: the class with toPropertyArray and fromPropertyArray. */
  constructor({ redis, Session, memory }) {
    this.#redis = redis;
    this.#Session = Session;
    this.#memory = memory;
  }

  /** @throws NotWritten; what is unknown in the end has been tried again: it is a whole value */
  async storeSession(session) {
    const { id, shop, expires } = session;
    const value = JSON.stringify({ shop, properties: session.toPropertyArray(true) });
    const expiry = String(expires?.getTime() ?? 0);
    const words = ["EVAL", STORE, "2", keyOf(id), indexOf(shop), id, value, expiry];
    valueOf(await this.#redis.writes.call(words, { idempotent: true }));
    this.#memory.set(id, value);
    return true;
  }

  /** @throws Unavailable: to send somebody to the login because Redis is away would help nobody */
  async loadSession(id) {
    const { session, from } = await this.lookUp(id);
    if (from === "nowhere") throw new Unavailable(`nobody knows at the moment who ${id} is`);
    return session;
  }

  /** The same, and where it is from: "redis", this process' "memory", or "nowhere". */
  async lookUp(id) {
    const options = { idempotent: true, fallback: () => undefined };
    const outcome = await this.#redis.pages.call(["GET", keyOf(id)], options);
    if (outcome.kind !== "done") {
      // Also where Redis refuses for good, as with a wrong password: that is nothing for a page.
      const remembered = this.#memory.get(id);
      if (remembered === undefined) return { session: undefined, from: "nowhere" };
      return { session: this.#read(remembered), from: "memory" };
    }
    const { value } = outcome;
    if (value === null) {
      this.#memory.delete(id);
      return { session: undefined, from: "redis" };
    }
    this.#memory.set(id, value);
    return { session: this.#read(value), from: "redis" };
  }

  async deleteSession(id) {
    return await this.deleteSessions([id]);
  }

  /** @throws NotWritten, RangeError */
  async deleteSessions(ids) {
    if (ids.length > IDS_MAX) throw new RangeError(`${ids.length} sessions, and ${IDS_MAX} at most`);
    if (ids.length === 0) return true;
    const words = ["EVAL", DELETE, String(ids.length), ...ids.map(keyOf), indexOf(""), ...ids];
    valueOf(await this.#redis.writes.call(words, { idempotent: true }));
    for (const id of ids) this.#memory.delete(id);
    return true;
  }

  /** @throws NotWritten: the list is asked of the primary, and not of a memory */
  async findSessionsByShop(shop) {
    const words = ["EVAL", FIND, "1", indexOf(shop), keyOf("")];
    const values = valueOf(await this.#redis.writes.call(words, { idempotent: true }));
    return values.map((value) => this.#read(value));
  }

  #read(value) {
    return this.#Session.fromPropertyArray(JSON.parse(value).properties, true);
  }
}
