// Writes and reads with the library alone, set up as its manual shows: what the module is measured against.
import { addressOf, loginOf, nameOf, tlsOf } from "./request.mjs";

/** The way of ioredis' README, "Sentinel"; its commands wait for a connection as long as it takes. */
async function openIoredis(request, say) {
  const { Redis } = await import("ioredis");
  const { way, router, sentinels = [], group, password } = request;
  const login = { ...loginOf(request), ...tlsOf(request) };
  const { tls } = tlsOf(request);
  const places = sentinels.map((sentinel) => addressOf(sentinel));
  const optionsFor = (role) =>
    way === "router"
      ? { ...addressOf(router), ...login }
      : {
          sentinels: places,
          name: group,
          role,
          ...login,
          ...(password === undefined || password === "" ? {} : { sentinelPassword: password }),
          ...(tls === undefined ? {} : { sentinelTLS: tls, enableTLSForSentinelMode: true }),
        };
  const primary = new Redis(optionsFor("master"));
  let reader;
  primary.on("error", ignore).on("close", () => say({ kind: "closed" }));
  return {
    push: (key, id) => primary.rpush(key, String(id)),
    last(key) {
      reader ??= new Redis(optionsFor(way === "router" ? "master" : "slave")).on("error", ignore);
      return reader.lrange(key, -1, -1);
    },
    close() {
      primary.disconnect();
      reader?.disconnect();
    },
  };
}

/** The way of node-redis' docs/sentinel.md. */
async function openNodeRedis(request, say) {
  const { createClient, createSentinel } = await import("@redis/client");
  const { way, router, sentinels = [], group } = request;
  const { tls } = tlsOf(request);
  const secure = tls === undefined ? {} : { tls: true, ...tls };
  const node = { ...loginOf(request), socket: secure };
  const client =
    way === "router"
      ? createClient({ ...node, socket: { ...addressOf(router), ...secure } })
      : createSentinel({
          name: group,
          sentinelRootNodes: sentinels.map((sentinel) => addressOf(sentinel)),
          nodeClientOptions: node,
          sentinelClientOptions: node,
          replicaPoolSize: 1,
        });
  client.on("error", ignore).on("end", () => say({ kind: "closed" }));
  // It rejects while there is no primary; the commands say the same.
  client.connect().catch(ignore);
  return {
    push: (key, id) => client.rPush(key, String(id)),
    last: (key) => client.lRange(key, -1, -1),
    close: () => client.destroy(),
  };
}

function ignore() {
  // A command that fails says so by itself.
}

/** An error reply is an answer; whatever else happens, nobody knows what became of the command. */
function outcomeOf(error) {
  const text = String(error.message);
  if (text.includes("outcome unknown")) return { kind: "unknown", error: "NOREPLICAS" };
  const [word] = /^[A-Z][A-Z0-9_-]{2,}(?= )/.exec(text) ?? [];
  if (word !== undefined) return { kind: "not-done", error: word };
  return { kind: "unknown", error: /timed? ?out/i.test(text) ? "timeout" : "connection-lost" };
}

export async function openDefault(name, request, say) {
  const open = name === "ioredis" ? openIoredis : openNodeRedis;
  const { push, last, close } = await open(request, say);
  const { key } = request;
  return {
    name: `${nameOf(name)} default`,
    async write(id) {
      try {
        await push(key, id);
        return { kind: "done" };
      } catch (error) {
        return outcomeOf(error);
      }
    },
    async read() {
      try {
        const [text] = await last(key);
        return { kind: "value", last: text === undefined ? null : Number(text) };
      } catch (error) {
        return outcomeOf(error);
      }
    },
    close,
  };
}
