// The one connection of this service to Redis; other modules import `redis`.
import { Redis } from "ioredis";

const sentinels = [
  { host: "10.1.0.11", port: 26379 },
  { host: "10.1.0.12", port: 26379 },
  { host: "10.1.0.13", port: 26379 },
];

export const redis = new Redis({
  sentinels,
  name: "shop",
  role: "master",
  password: process.env["REDIS_PASSWORD"],
  sentinelPassword: process.env["SENTINEL_PASSWORD"],
  connectTimeout: 500,
  commandTimeout: 500,
  sentinelCommandTimeout: 300,
  disconnectTimeout: 100,
  maxRetriesPerRequest: 0,
  enableOfflineQueue: false,
  retryStrategy: (times) => Math.min(50 * times, 250),
  sentinelRetryStrategy: (times) => Math.min(50 * times, 250),
  reconnectOnError: (error) => /^(READONLY|NOREPLICAS|MASTERDOWN|LOADING)/.test(error.message),
});
redis.on("error", (error) => console.error("redis:", error.message));

for (const sentinel of sentinels) {
  const listener = new Redis({
    ...sentinel,
    password: process.env["SENTINEL_PASSWORD"],
    connectTimeout: 500,
    maxRetriesPerRequest: null,
  });
  listener.on("error", (error) => console.error(`sentinel ${sentinel.host}:`, error.message));
  listener.on("message", (_channel, message: string) => {
    if (message.startsWith("shop ")) redis.disconnect(true);
  });
  listener.subscribe("+switch-master").catch(() => undefined);
}
