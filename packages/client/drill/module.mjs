// Writes and reads with redis-baton-client, over the library that was asked for.
import { subscribe } from "node:diagnostics_channel";
import { openClient } from "redis-baton-client";
import { addressOf, loginOf, nameOf, tlsOf } from "./request.mjs";

/** Each is loaded only where it is wanted: an application has one of them. */
const LIBRARIES = {
  async ioredis() {
    const [{ Redis, ReplyError }, { ioredis }] = await Promise.all([
      import("ioredis"),
      import("redis-baton-client/ioredis"),
    ]);
    return {
      library: ioredis({ Redis, ReplyError }),
      push: (redis, key, id) => redis.rpush(key, String(id)),
      last: (redis, key) => redis.lrange(key, -1, -1),
    };
  },
  async "node-redis"() {
    const [{ createClient, ErrorReply }, { nodeRedis }] = await Promise.all([
      import("@redis/client"),
      import("redis-baton-client/node-redis"),
    ]);
    return {
      library: nodeRedis({ createClient, ErrorReply }),
      push: (redis, key, id) => redis.rPush(key, String(id)),
      last: (redis, key) => redis.lRange(key, -1, -1),
    };
  },
};

function report(say) {
  subscribe("redis-baton:closed", ({ role }) => {
    if (role !== "replica") say({ kind: "closed" });
  });
  subscribe("redis-baton:primary", ({ address }) => say({ kind: "primary", address }));
}

function wayOf({ way, router, sentinels, group }) {
  if (way === "router") return { router: addressOf(router) };
  return { sentinels: sentinels.map((sentinel) => addressOf(sentinel)), group };
}

export async function openModule(name, request, say) {
  const { library, push, last } = await LIBRARIES[name]();
  const { key, retryForMs } = request;
  report(say);
  const client = openClient({
    library,
    ...wayOf(request),
    ...loginOf(request),
    ...tlsOf(request),
    ...(retryForMs === undefined ? {} : { retryForMs }),
  });
  return {
    name: nameOf(name),
    async write(id) {
      const { kind, error } = await client.run((redis) => push(redis, key, id));
      return { kind, error };
    },
    async read() {
      const outcome = await client.run((redis) => last(redis, key), { from: "replica" });
      if (outcome.kind !== "done") return { kind: outcome.kind, error: outcome.error };
      const [text] = outcome.value;
      return { kind: "value", last: text === undefined ? null : Number(text) };
    },
    close: () => client.close(),
  };
}
