// What a target finds around itself, for tests: three nodes, one secret, no waiting for a bucket.
import type { Surroundings } from "./target.ts";

/** Stands for every token and password; no message may ever contain it. */
export const TEST_SECRET = "f0r-tests-0nly-7c1d";

/** h1, h2 and h3 at 10.9.0.1, 10.9.0.2 and 10.9.0.3. */
export const testNodes = [1, 2, 3].map((host) => ({
  host: `h${host}`,
  endpoint: { address: `10.9.0.${host}`, port: 6379 },
}));

export const unpaced: Surroundings["pacerOf"] = () => ({
  turn: (signal) => Promise.resolve(signal.throwIfAborted()),
});

export const testSurroundings = (more: Partial<Surroundings> = {}): Surroundings => ({
  name: "it",
  group: "main",
  nodes: testNodes,
  readSecret: () => Promise.resolve(TEST_SECRET),
  wallMs: () => Date.now(),
  pacerOf: unpaced,
  ...more,
});
