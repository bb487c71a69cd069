// A plain application in the drill's line protocol: ioredis, one attempt a call, either way. Told to by its
// first argument, it dies in the first write after it has lost its primary.
import { readFileSync, writeSync } from "node:fs";
import { createInterface } from "node:readline";
import { Redis } from "ioredis";

const say = (line) => process.stdout.write(`${JSON.stringify(line)}\n`);
const place = (text) => ({ host: text.split(":")[0], port: Number(text.split(":")[1]) });
const isMortal = process.argv[2] === "dies";
let hasLost = false;
let redis;
let key;

function connect({ way, router, sentinels, group, password, tls }) {
  const secure = tls === undefined ? undefined : { ca: readFileSync(tls.ca), checkServerIdentity() {} };
  const where =
    way === "router"
      ? { ...place(router), ...(secure === undefined ? {} : { tls: secure }) }
      : { sentinels: sentinels.map(place), name: group, sentinelPassword: password };
  return new Redis({
    ...where,
    password,
    enableOfflineQueue: false,
    autoResendUnfulfilledCommands: false,
    maxRetriesPerRequest: 0,
    commandTimeout: way === "router" ? 5_000 : 500,
    sentinelRetryStrategy: () => 100,
    retryStrategy: () => 100,
  });
}

/** An error reply is certain, a command never sent as well; everything else is not. */
function failed(id, error) {
  const isReply = error.name === "ReplyError" && !error.message.includes("outcome unknown");
  if (isReply) return say({ kind: "not-done", id, error: error.message.split(" ", 1)[0] });
  const isUnsent = error.message.startsWith("Stream isn't writeable");
  if (isUnsent) return say({ kind: "not-done", id, error: "no-connection" });
  say({
    kind: "unknown",
    id,
    error: error.message.includes("timed out") ? "timeout" : "connection-lost",
  });
}

const answers = {
  open(line) {
    key = line.key;
    redis = connect(line);
    redis.on("error", () => undefined);
    redis.on("close", () => {
      hasLost = true;
      say({ kind: "closed" });
    });
    redis.once("ready", () => say({ kind: "ready", name: `ioredis of a test, way ${line.way}` }));
  },
  write({ id }) {
    if (isMortal && hasLost) {
      writeSync(2, "enough\n");
      process.exit(9);
    }
    return redis.rpush(key, id).then(
      () => say({ kind: "done", id }),
      (error) => failed(id, error),
    );
  },
  read: ({ id }) =>
    redis.lrange(key, -1, -1).then(
      ([last]) => say({ kind: "value", id, last: last === undefined ? null : Number(last) }),
      (error) => failed(id, error),
    ),
  stop: () => process.exit(0),
};

createInterface({ input: process.stdin })
  .on("line", (text) => {
    const line = JSON.parse(text);
    void answers[line.kind](line);
  })
  .on("close", () => process.exit(0));
