// Random sessions against one real Redis, directly and through the router: every byte of the answers is
// the same. One server, cleaned between, so that both ways meet the same hash seeds and orders.
import { connect, createServer, type Server } from "node:net";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openRouter, type Router } from "../../packages/baton/src/router/router.ts";
import { closeServer, listenOn } from "../../packages/baton/src/sys/sockets.ts";
import { findDifference } from "./router-differential/compare.ts";
import { openControl } from "./router-differential/play.ts";
import { PASSWORD } from "./router-differential/scenes-manners.ts";
import { scenesFrom } from "./router-differential/scenes.ts";
import type { Session } from "./router-differential/wire.ts";
import { type RedisServer, startRedisServer } from "./support/redis-server.ts";

const REDIS = { address: "127.106.1.1", port: 6379 };
const CORRUPTER = { address: "127.106.1.8", port: 6379 };
const SCENES_A_ROUND = 300;

const numberOf = (name: string, standard: number): number => {
  const value = Number(process.env[name] ?? standard);
  if (!Number.isSafeInteger(value) || value < 1)
    throw new Error(`${name}: expected a whole number from 1`);
  return value;
};
/** Another DIFF_SEED plays other sessions; a failure names the seed of its round. */
const SEED = numberOf("DIFF_SEED", 20_260_101);
const COMMANDS = numberOf("DIFF_COMMANDS", 100_000);

let redis: RedisServer;
let router: Router;
let control: Session;

beforeAll(async () => {
  // Keys and tables must change by commands alone, never by the clock.
  const flags = ["--activerehashing", "no", "--enable-debug-command", "yes"];
  redis = await startRedisServer({ ...REDIS, password: PASSWORD, flags });
  control = await openControl(REDIS);
  router = await openRouter({
    listen: { address: "127.106.1.9", port: 0 },
    holdMs: 10_000,
    holdSessions: 10,
  });
  router.setRoute({ kind: "primary", node: "one", endpoint: REDIS, epoch: 1, confirmed: true });
});

afterAll(async () => {
  control.close();
  await router.close();
  await redis.close();
});

test("answers every session as Redis itself does, byte by byte", async () => {
  const ways = { direct: REDIS, routed: router.address, control };
  const played = new Map<string, number>();
  let commands = 0;
  for (let seed = SEED; commands < COMMANDS; seed += 1) {
    const scenes = scenesFrom(seed, SCENES_A_ROUND);
    const difference = await findDifference(scenes, ways);
    expect(difference, `DIFF_SEED=${seed} DIFF_COMMANDS=1 shows it again`).toBeUndefined();
    for (const { name, steps } of scenes) {
      played.set(name, (played.get(name) ?? 0) + 1);
      commands += steps.reduce((sum, step) => sum + step.commands.length, 0);
    }
  }
  const told = [...played].map(([name, times]) => `${times} ${name}`).join(", ");
  process.stderr.write(`differential: seed ${SEED}, ${commands} commands in scenes: ${told}\n`);
  expect(commands).toBeGreaterThanOrEqual(COMMANDS);
  expect(router.stats()).toMatchObject({
    cut: 0,
    refused: { holdTime: 0, holdSessions: 0, sessions: 0 },
  });
});

/** A proxy that gets one byte of the answers wrong, once so many have passed. */
async function openCorrupter(afterBytes: number): Promise<Server> {
  const server = createServer((client) => {
    const upstream = connect({ host: REDIS.address, port: REDIS.port });
    let passed = 0;
    upstream.on("data", (chunk: Buffer) => {
      const at = afterBytes - passed;
      passed += chunk.length;
      if (at >= 0 && at < chunk.length) chunk[at] = (chunk[at] ?? 0) ^ 1;
      client.write(chunk);
    });
    client.pipe(upstream);
    for (const socket of [client, upstream]) {
      socket
        .on("error", () => undefined)
        .on("close", () => {
          client.destroy();
          upstream.destroy();
        });
    }
  });
  await listenOn(server, CORRUPTER);
  return server;
}

test("and would notice one wrong byte in a hundred thousand", async () => {
  const corrupter = await openCorrupter(100_000);
  const ways = { direct: REDIS, routed: CORRUPTER, control };
  const difference = await findDifference(scenesFrom(1, 100), ways);
  await closeServer(corrupter);
  expect(difference).toMatch(/after \d+ of \d+ scenes[^]+direct: [^]+routed: /);
});
