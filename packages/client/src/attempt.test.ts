import { expect, test } from "vitest";
import { attempt, type Work } from "./attempt.ts";
import type { Library } from "./library.ts";
import type { Link } from "./link.ts";

class Refusal extends Error {}

interface Native {
  get(): Promise<string>;
  set(): Promise<string>;
}

const library: Library<Native> = {
  name: "none",
  prepare: () => {
    throw new Error("no connection is opened here");
  },
  send: async () => await Promise.resolve(undefined),
  repliesIn: (error) => (error instanceof Refusal ? [error.message] : undefined),
};

function createLink() {
  let isOpen = true;
  const native: Native = {
    get: async () => await Promise.resolve("value"),
    set: async () => await Promise.reject(new Refusal("READONLY no")),
  };
  const link: Link<Native> = {
    address: { host: "192.0.2.1", port: 6379 },
    native,
    isOpen: () => isOpen,
    destroy: () => void (isOpen = false),
  };
  const run = async <T>(work: Work<Native, T>) => await attempt({ library, link, work, timeoutMs: 50 });
  return { link, run };
}

test("one command that is refused is not done, and its connection is gone", async () => {
  const { link, run } = createLink();
  expect(await run((redis) => redis.set())).toMatchObject({
    outcome: { kind: "not-done", error: "READONLY" },
  });
  expect(link.isOpen()).toBe(false);
  expect(await run((redis) => redis.get())).toMatchObject({ outcome: { error: "no-connection" } });
});

test("of two commands nobody knows what was executed when one is refused", async () => {
  const { run } = createLink();
  const outcome = await run(async (redis) => {
    await redis.get();
    return await redis.set();
  });
  expect(outcome).toMatchObject({ outcome: { kind: "unknown", error: "READONLY" } });
});

test("silence is a timeout, and leaves no connection behind", async () => {
  const { link, run } = createLink();
  const outcome = await run(async () => await new Promise<string>(() => undefined));
  expect(outcome).toMatchObject({ outcome: { kind: "unknown", error: "timeout" } });
  expect(link.isOpen()).toBe(false);
});

test("whoever keeps the connection cannot send anything over it later", async () => {
  const { run } = createLink();
  let kept: Native | undefined;
  await run((redis) => {
    kept = redis;
    return redis.get();
  });
  expect(() => kept?.get()).toThrow("has ended");
});
