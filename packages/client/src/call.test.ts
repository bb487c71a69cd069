import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { createNews } from "./backoff.ts";
import { createBreaker } from "./breaker.ts";
import { type Machinery, type Plan, untilSettled } from "./call.ts";
import type { Library } from "./library.ts";
import type { Link } from "./link.ts";
import { settingsFrom } from "./settings.ts";

/** What a server says to a command, in place of a reply; or nothing, for ever. */
class Refusal extends Error {}
class Silence extends Error {}

const library: Library<{ go(): Promise<string> }> = {
  name: "none",
  prepare: () => {
    throw new Error("no connection is opened here");
  },
  send: async () => await Promise.resolve(undefined),
  repliesIn: (error) => (error instanceof Refusal ? [error.message] : undefined),
};
const router = { host: "192.0.2.1", port: 6380 };
const settings = settingsFrom({ library, router, commandTimeoutMs: 500 });

const open = () => createBreaker({ ...settings, onState: () => undefined });

/** A node that says one thing after the other, the last one for ever. */
function createNode(...says: readonly (string | Error)[]) {
  let asked = 0;
  let opened = 0;
  const go = async (): Promise<string> => {
    const said = says[Math.min(asked, says.length - 1)] ?? "OK";
    asked += 1;
    if (said instanceof Silence) return await new Promise<string>(() => undefined);
    if (typeof said !== "string") throw said;
    return await Promise.resolve(said);
  };
  const link = (): Link<{ go: typeof go }> => {
    let isOpen = true;
    opened += 1;
    return {
      address: router,
      native: { go },
      isOpen: () => isOpen,
      destroy: () => void (isOpen = false),
    };
  };
  let held = link();
  const machinery: Machinery<{ go: typeof go }> = {
    settings,
    news: createNews(settings),
    breakers: { primary: open(), replica: open() },
    signal: new AbortController().signal,
    source: {
      take: async () => {
        if (!held.isOpen()) held = link();
        return await Promise.resolve({ kind: "open", link: held } as const);
      },
      doubt: () => undefined,
      close: () => undefined,
    },
  };
  const run = async (plan: Partial<Plan> = {}) => {
    const endMs = performance.now() + 10_000;
    const usual = {
      idempotent: false,
      from: "primary",
      isOneAttempt: false,
      hasFallback: false,
    } as const;
    const whole: Plan = { ...usual, endMs, ...plan };
    const startMs = performance.now();
    const running = untilSettled(machinery, ({ go: call }) => call(), whole);
    running.catch(() => undefined);
    await vi.runAllTimersAsync();
    return { ...(await running), tookMs: performance.now() - startMs, opened, asked };
  };
  return { run };
}

const READONLY = new Refusal("READONLY You can't write against a read only replica.");
const WRONGTYPE = new Refusal("WRONGTYPE Operation against a key holding the wrong kind of value");

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe("a call", () => {
  test("that is refused for the state of the node goes on, over a new connection", async () => {
    const { outcome, attempts, opened } = await createNode(READONLY, READONLY, "OK").run();
    expect(outcome).toEqual({ kind: "done", value: "OK" });
    expect([attempts, opened]).toEqual([3, 3]);
  });

  test("that is refused for good is told so at once", async () => {
    const { outcome, attempts, opened } = await createNode(WRONGTYPE).run();
    expect(outcome).toMatchObject({ kind: "not-done", error: "WRONGTYPE" });
    expect([attempts, opened]).toEqual([1, 1]);
  });

  test("without an answer is unknown, and is not sent again unless it is idempotent", async () => {
    const once = await createNode(new Silence(), "OK").run();
    expect(once.outcome).toMatchObject({ kind: "unknown", error: "timeout" });
    expect(once.asked).toBe(1);
    const again = await createNode(new Silence(), "OK").run({ idempotent: true });
    expect(again.outcome).toEqual({ kind: "done", value: "OK" });
    expect([again.asked, again.opened]).toEqual([2, 2]);
  });

  test("that may have been executed once is unknown, whatever is said later", async () => {
    const { outcome } = await createNode(new Silence(), WRONGTYPE).run({ idempotent: true });
    expect(outcome).toMatchObject({ kind: "unknown", error: "timeout" });
  });

  test("ends when its time is over, never later, and not long before", async () => {
    const { outcome, attempts, tookMs } = await createNode(READONLY).run();
    expect(outcome).toMatchObject({ kind: "not-done", error: "READONLY" });
    expect(tookMs).toBeLessThanOrEqual(10_000);
    expect(tookMs).toBeGreaterThan(8_900);
    expect(attempts).toBeGreaterThan(5);
  });

  test("of one attempt is one attempt", async () => {
    const { outcome, attempts } = await createNode(READONLY, "OK").run({ isOneAttempt: true });
    expect(outcome).toMatchObject({ kind: "not-done", error: "READONLY" });
    expect(attempts).toBe(1);
  });

  test("without another answer goes on at its own pace after any number of failures", async () => {
    const says = [...Array.from({ length: 12 }, () => READONLY), "OK"];
    const { outcome, attempts, tookMs } = await createNode(...says).run();
    expect(outcome).toEqual({ kind: "done", value: "OK" });
    expect(attempts).toBe(13);
    // Twelve pauses of a second at the most, and none of the breaker's.
    expect(tookMs).toBeLessThan(10_000);
  });

  test("with another answer is not tried while the breaker is open", async () => {
    const { run } = createNode(READONLY);
    for (let time = 0; time < 5; time += 1) await run({ isOneAttempt: true, hasFallback: true });
    const { outcome, attempts } = await run({ isOneAttempt: true, hasFallback: true });
    expect(outcome).toMatchObject({ kind: "not-done", error: "breaker-open" });
    expect(attempts).toBe(0);
    expect(await run({ isOneAttempt: true })).toMatchObject({ attempts: 1 });
  });

  test("throws what the application throws", async () => {
    const bug = new TypeError("the application's own");
    await expect(createNode(bug).run()).rejects.toBe(bug);
  });
});
