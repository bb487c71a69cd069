// Watching into a pipe: a status whenever it has changed, an object a line, and an end when nobody reads.
import { describe, expect, test } from "vitest";
import { BatonError } from "../errors.ts";
import { group, status } from "../status/screen/look.fixture.ts";
import type { ShownStatus } from "../status/shown.ts";
import type { Clock } from "../sys/clock.ts";
import type { Context } from "./command.ts";
import { watchLines } from "./watch-lines.ts";

const moved = group("main", {
  route: { kind: "primary", host: "h2", address: "10.0.0.12", port: 6379, epoch: 8, confirmed: true },
});

/** Looks in this order, a second apart, and what was printed about each. */
async function watched(
  looks: readonly (ShownStatus | BatonError)[],
  options: { readonly asJson?: boolean; readonly terminal?: Partial<Context["terminal"]> } = {},
) {
  const stop = new AbortController();
  const out: string[] = [];
  const notes: string[] = [];
  let nowMs = 0;
  const clock: Clock = {
    monotonicMs: () => nowMs,
    wallMs: () => Date.parse("2026-11-22T11:00:00.000Z") + nowMs,
    sleep: async (ms) => {
      nowMs += ms;
    },
  };
  const left = [...looks];
  const look = async () => {
    const next = left.shift();
    if (left.length === 0) stop.abort();
    if (next instanceof BatonError) throw next;
    return next ?? status();
  };
  const context: Context = {
    terminal: {
      isInteractive: false,
      colour: false,
      columns: 80,
      out: (line) => void out.push(line),
      note: (line) => void notes.push(line),
      outBacklogBytes: () => 0,
      ...options.terminal,
    },
    clock,
    environment: {},
    signal: stop.signal,
  };
  await watchLines(look, options.asJson ?? false, context);
  return { out, notes, left: left.length };
}

/** The last look only ends it: nobody waits for it. */
const end = status();
const heads = (out: readonly string[]) => out.filter((line) => /^(main {2}|\d{4}-)/.test(line));

describe("into a log", () => {
  test("a status is written when something in it has changed, and not again", async () => {
    const same = status(group("main"));
    const { out } = await watched([same, same, status(moved), status(moved), end]);
    expect(heads(out)).toEqual([
      same.at,
      "main  writes go to h1 10.0.0.11:6379, epoch 7",
      same.at,
      "main  writes go to h2 10.0.0.12:6379, epoch 8",
    ]);
  });

  test("once a minute it says that it still looks", async () => {
    const same = status(group("main"));
    const { out } = await watched([...Array.from({ length: 62 }, () => same), end]);
    expect(out.filter((line) => line.endsWith("nothing has changed"))).toHaveLength(1);
  });

  test("a look that fails is said once, and the status again when one succeeds", async () => {
    const failed = new BatonError("UNREACHABLE", "no agent\u001b[2J answers");
    const { out } = await watched([status(group("main")), failed, failed, status(group("main")), end]);
    expect(heads(out)).toEqual([
      end.at,
      "main  writes go to h1 10.0.0.11:6379, epoch 7",
      "2026-11-22T11:00:01.000Z cannot look: no agent\\u{1b}[2J answers",
      end.at,
      "main  writes go to h1 10.0.0.11:6379, epoch 7",
    ]);
  });
});

describe("into a program", () => {
  test("an object a line; what failed is a remark beside it", async () => {
    const failed = new BatonError("UNREACHABLE", "no agent answers");
    const { out, notes } = await watched([status(moved), failed, status(moved), end], { asJson: true });
    expect(out.map((line) => (JSON.parse(line) as ShownStatus).groups[0]?.name)).toEqual([
      "main",
      "main",
    ]);
    expect(notes).toEqual(["cannot look: no agent answers"]);
  });

  test("that does not read, nothing is piled up for", async () => {
    const outBacklogBytes = () => 9 << 20;
    const { out } = await watched([status(moved), status(moved), end], {
      asJson: true,
      terminal: { outBacklogBytes },
    });
    expect(out).toEqual([]);
  });

  test("that is gone, it ends", async () => {
    const { left } = await watched([status(moved), status(moved), status(moved), end], {
      asJson: true,
      terminal: { isReaderGone: () => true },
    });
    expect(left).toBeGreaterThan(1);
  });
});
