// The same with node-redis.
import { createSentinel } from "redis";

const socket = { connectTimeout: 500, socketTimeout: 1000 };

export const sessions = createSentinel({
  name: "shop",
  sentinelRootNodes: [
    { host: "10.1.0.11", port: 26379 },
    { host: "10.1.0.12", port: 26379 },
    { host: "10.1.0.13", port: 26379 },
  ],
  nodeClientOptions: { password: process.env.REDIS_PASSWORD, disableOfflineQueue: true, pingInterval: 300, socket },
  sentinelClientOptions: { password: process.env.SENTINEL_PASSWORD, pingInterval: 300, socket },
});
sessions.on("error", (error) => console.error("redis:", error.message));
await sessions.connect().catch((error) => console.error("redis:", error.message));

export async function remember(id, session) {
  try {
    await sessions.set(`shop:session:${id}`, JSON.stringify(session), { EX: 3600 });
    return true;
  } catch (error) {
    console.error("session not stored:", error.message);
    return false;
  }
}
