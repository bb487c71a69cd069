import { availableParallelism } from "node:os";
import { defineConfig } from "vitest/config";

const common = { resolve: { conditions: ["source"] }, ssr: { resolve: { conditions: ["source"] } } };

/**
 * Of tests with real processes: two cores run a whole cluster, its clients and other tests at a time, and
 * Sentinels vote on what they see in such a second. What fails twice has failed; what held only when it was
 * tried again is named at the end of the run, with what it said the first time.
 */
const TRIES = { retry: 1 };

export default defineConfig({
  test: {
    reporters: ["default", "./test/closing-line.ts"],
    projects: [
      {
        ...common,
        test: {
          name: "unit",
          include: ["packages/*/src/**/*.test.{ts,tsx}", "test/sim/**/*.test.ts", "bench/**/*.test.ts"],
          testTimeout: 20_000,
          // vitest leaves a core for itself, and needs little of it.
          maxWorkers: availableParallelism(),
          sequence: { groupOrder: 0 },
        },
      },
      {
        ...common,
        test: {
          name: "repo",
          include: ["test/repo/**/*.test.ts"],
          testTimeout: 180_000,
          fileParallelism: false,
          maxWorkers: 1,
          sequence: { groupOrder: 1 },
        },
      },
      {
        ...common,
        test: {
          ...TRIES,
          name: "scenario",
          include: ["test/scenario/**/*.test.ts"],
          testTimeout: 180_000,
          hookTimeout: 120_000,
          // They wait for failovers most of their time; every lab has a block of addresses of its own.
          maxWorkers: 2,
          sequence: { groupOrder: 2 },
        },
      },
      {
        ...common,
        test: {
          ...TRIES,
          name: "targets",
          include: ["test/targets/**/*.test.ts", "test/notify/**/*.test.ts"],
          testTimeout: 120_000,
          hookTimeout: 120_000,
          // They wait for intervals most of their time.
          maxWorkers: 6,
          sequence: { groupOrder: 6 },
        },
      },
      {
        ...common,
        test: {
          ...TRIES,
          name: "recipes",
          include: ["test/recipes/**/*.test.ts"],
          testTimeout: 300_000,
          hookTimeout: 300_000,
          fileParallelism: false,
          maxWorkers: 1,
          sequence: { groupOrder: 4 },
        },
      },
      {
        ...common,
        test: {
          ...TRIES,
          name: "browser",
          include: ["test/browser/**/*.test.ts"],
          testTimeout: 60_000,
          hookTimeout: 60_000,
          fileParallelism: false,
          maxWorkers: 1,
          sequence: { groupOrder: 5 },
        },
      },
      {
        ...common,
        test: {
          ...TRIES,
          name: "hosts",
          include: ["test/hosts/**/*.test.ts"],
          testTimeout: 600_000,
          hookTimeout: 900_000,
          fileParallelism: false,
          maxWorkers: 1,
          sequence: { groupOrder: 3 },
        },
      },
    ],
  },
});
