// What every kind of channel has to keep, whatever its far side does.
import { describe, expect, test } from "vitest";
import type { SecretReference } from "../cluster/types.ts";
import { TryLater } from "../targets/target.ts";
import type { Channel, ChannelKind, ChannelSurroundings, Message, Reference } from "./channel.ts";
import { Undeliverable } from "./channel.ts";
import type { Trouble } from "./fakes/vendor.fixture.ts";
import type { Notice } from "./notice.ts";

export const notice = (more: Partial<Notice> = {}): Notice => ({
  id: "failover-7",
  group: "main",
  kind: "failover",
  severity: "warning",
  state: "open",
  title: "main: failover from h1 to h2, writes go on after 2.3 s",
  lines: [
    "+0.0 s sdown: sentinel h2: +sdown master main 10.0.0.1 6379",
    "warning: *h1* <!here> @everyone",
  ],
  startedAt: "2026-11-21T02:43:11.120Z",
  endedAt: null,
  ...more,
});

export const message = (as: Message["as"], more: Partial<Message> = {}): Message => {
  const isOver = as === "close" || as === "once";
  const end = isOver ? { state: "closed" as const, endedAt: "2026-11-21T02:44:11.120Z" } : {};
  const state = as === "update" ? { state: "update" as const } : {};
  return {
    notice: notice({ ...end, ...state }),
    as,
    thread: "t-1",
    number: 0,
    reference: undefined,
    ...more,
  };
};

/** Abandoned by the test's own deadline, should it not end. */
export const soon = (ms = 10_000): AbortSignal => AbortSignal.timeout(ms);

export const surroundings = (
  secrets: Readonly<Record<string, string>>,
  more: Partial<ChannelSurroundings> = {},
): ChannelSurroundings => ({
  name: "ops",
  cluster: "shop",
  host: "h1",
  readSecret: (what: string, reference: SecretReference) => {
    const value = reference.kind === "env" ? secrets[reference.name] : undefined;
    return value === undefined ? Promise.reject(new Error(`no secret ${what}`)) : Promise.resolve(value);
  },
  wallMs: () => Date.parse("2026-11-21T02:43:12.000Z"),
  pacerOf: () => ({ turn: (signal) => Promise.resolve(signal.throwIfAborted()) }),
  ...more,
});

export interface Stage {
  readonly settings: Readonly<Record<string, unknown>>;
  /** By the name of their environment variable. */
  readonly secrets: Readonly<Record<string, string>>;
  trouble(next: Trouble): void;
  /** How the notice stands over there: a line for each message or alert. */
  shown(): readonly string[];
  /** @throws Error with all that was against the vendor's documents. */
  close(): Promise<void>;
}

export interface Expected {
  readonly opened: readonly string[];
  readonly updated: readonly string[];
  readonly closed: readonly string[];
  readonly once: readonly string[];
}

async function openOn(kind: ChannelKind, { settings, secrets }: Stage): Promise<Channel> {
  return await kind.open(kind.settings.parse(settings), surroundings(secrets));
}

async function withStage(
  open: () => Promise<Stage>,
  kind: ChannelKind,
  use: (stage: Stage, channel: Channel) => Promise<void>,
): Promise<void> {
  const stage = await open();
  const channel = await openOn(kind, stage);
  try {
    await use(stage, channel);
  } finally {
    await channel.close?.();
    await stage.close();
  }
}

const errorOf = async (deed: Promise<unknown>): Promise<Error> =>
  await deed.then(
    () => new Error("it was sent"),
    (error: unknown) => error as Error,
  );

const answer = (status: number, body: unknown, headers = {}): Trouble => ({
  kind: "answer",
  reply: { status, body, headers },
});

type Within = (name: string, use: (stage: Stage, channel: Channel) => Promise<void>) => void;

function promiseMessages(within: Within, expected: Expected): void {
  within("opens a notice, brings it up to date and ends it", async (stage, channel) => {
    const first = await channel.send(message("open"), soon());
    expect(stage.shown()).toEqual(expected.opened);
    const keep = (before: Reference | undefined, now: Reference | undefined) => now ?? before;
    const update = { number: 1, reference: first };
    const second = keep(first, await channel.send(message("update", update), soon()));
    expect(stage.shown()).toEqual(expected.updated);
    await channel.send(message("renew", { number: 2, reference: second }), soon());
    await channel.send(message("close", { number: 2, reference: second }), soon());
    expect(stage.shown()).toEqual(expected.closed);
  });

  within("tells of what is over already in one go", async (stage, channel) => {
    await channel.send(message("once"), soon());
    expect(stage.shown()).toEqual(expected.once);
  });

  within("keeps a short reference, without a secret", async ({ secrets }, channel) => {
    const reference = (await channel.send(message("open"), soon())) ?? {};
    const text = JSON.stringify(reference);
    expect(text.length).toBeLessThan(1_000);
    for (const secret of Object.values(secrets)) expect(text).not.toContain(secret);
  });

  within("takes a notice as long as there can be one", async (_stage, channel) => {
    const lines = Array.from({ length: 14 }, () => "é*<&".repeat(60));
    const long = notice({ title: "x".repeat(200), lines });
    await channel.send(message("open", { notice: long }), soon());
  });
}

function promiseTrouble(within: Within, expected: Expected): void {
  within("waits as it is told, and tries again what may pass", async (stage, channel) => {
    stage.trouble(answer(429, "slow down", { "retry-after": "7" }));
    const later = await errorOf(channel.send(message("open"), soon()));
    expect(later).toBeInstanceOf(TryLater);
    expect(later).toMatchObject({ afterMs: 7_000 });
    for (const status of [500, 502, 503, 408]) {
      stage.trouble(answer(status, "<html><h1>Bad Gateway</h1></html>"));
      const error = await errorOf(channel.send(message("open"), soon()));
      expect(error).not.toBeInstanceOf(Undeliverable);
      expect(error.message).toContain(String(status));
    }
    stage.trouble({ kind: "none" });
    await channel.send(message("open"), soon());
    expect(stage.shown()).toEqual(expected.opened);
  });

  within("gives up what will never be taken, and never quotes a secret", async (stage, channel) => {
    const said = `refused: ${Object.values(stage.secrets).join(" ")}`;
    for (const status of [302, 400, 401, 403, 404, 410]) {
      stage.trouble(answer(status, said));
      const error = await errorOf(channel.send(message("open"), soon()));
      expect(error, String(status)).toBeInstanceOf(Undeliverable);
      for (const secret of Object.values(stage.secrets)) expect(error.message).not.toContain(secret);
    }
  });

  within("ends with its deadline, whatever the far side does", async (stage, channel) => {
    for (const one of ["stall", "slow"] as const) {
      stage.trouble({ kind: one });
      const ending = new AbortController();
      const sending = errorOf(channel.send(message("open"), ending.signal));
      const timer = setTimeout(() => ending.abort(new Error("it took too long")), 150);
      const error = await sending;
      clearTimeout(timer);
      // An answer that nobody has to read is one although it never ends.
      if (one === "stall") expect(error.message).toBe("it took too long");
    }
    stage.trouble({ kind: "reset" });
    const error = await errorOf(channel.send(message("open"), soon()));
    expect(error).not.toBeInstanceOf(Undeliverable);
    for (const secret of Object.values(stage.secrets)) expect(error.message).not.toContain(secret);
  });
}

/** Call it once for a kind, in a test file. */
export function channelConformance(
  kind: ChannelKind,
  openStage: () => Promise<Stage>,
  expected: Expected,
): void {
  const within: Within = (name, use) => test(name, () => withStage(openStage, kind, use));
  const against = kind.tier === "real" ? "a real receiver" : "a copy by the vendor's documents";
  describe(`${kind.id} (${against})`, () => {
    promiseMessages(within, expected);
    promiseTrouble(within, expected);
  });
}
