// A view on a whole terminal: drawn when there is something new, ended by a key, a signal, a closed terminal
// or a bug, and the terminal is given back each time.
import { EventEmitter } from "node:events";
import { PassThrough } from "node:stream";
import { describe, expect, test } from "vitest";
import { BatonError } from "../errors.ts";
import { group, status } from "../status/screen/look.fixture.ts";
import { watchBegin, watchView } from "../status/screen/watch-view.ts";
import { systemClock } from "../sys/clock.ts";
import { openScreen, type ScreenHost } from "../sys/screen.ts";
import { missing, seen, waitFor } from "../sys/wait.ts";
import type { Context } from "./command.ts";
import { type Played, playView } from "./play-view.ts";

const LEAVE = "\u001b[0m\u001b[?7h\u001b[?25h\u001b[?1049l";

function desk() {
  const stop = new AbortController();
  const input = Object.assign(new PassThrough(), { isTTY: true, setRawMode: () => undefined });
  const output = Object.assign(new PassThrough({ encoding: "utf8" }), { columns: 80, rows: 24 });
  let written = "";
  output.on("data", (text: string) => {
    written += text;
  });
  const host: ScreenHost = Object.assign(new EventEmitter(), { suspend: () => undefined });
  const context: Context = {
    terminal: {
      isInteractive: true,
      colour: false,
      columns: 80,
      out: () => undefined,
      note: () => undefined,
      outBacklogBytes: () => 0,
      openScreen: (events) => openScreen({ ...events, input, output, host }),
    },
    clock: systemClock,
    environment: {},
    signal: stop.signal,
  };
  const hasDrawn = async (word: string) =>
    await waitFor(word, () => (written.includes(word) ? seen(true) : missing(written)), {
      withinMs: 5_000,
    });
  return { stop, input, context, written: () => written, hasDrawn };
}

type Look = Played<unknown>["look"];
const watching = (look: Look) => ({ begin: watchBegin, view: watchView, look });
const fine: Look = async () => status(group("main"));

describe("a view on the terminal", () => {
  test("is drawn after the first look, and a key ends it", async () => {
    const { context, input, written, hasDrawn } = desk();
    const played = playView(watching(fine), context);
    await hasDrawn("main  writes go to h1");
    input.write("q");
    expect((await played).looks.seen?.status.groups).toHaveLength(1);
    expect(written().endsWith(LEAVE)).toBe(true);
  });

  test("does not wait for a look that hangs when somebody wants to leave", async () => {
    const { context, input, written, hasDrawn } = desk();
    const played = playView(
      watching(() => new Promise(() => undefined)),
      context,
    );
    await hasDrawn("looking ...");
    input.write("\u0003");
    expect((await played).looks.seen).toBeUndefined();
    expect(written().endsWith(LEAVE)).toBe(true);
  });

  test("goes on after looks that fail, and shows the next that does not", async () => {
    const { context, stop, hasDrawn } = desk();
    let looks = 0;
    const played = playView(
      watching(async () => {
        looks += 1;
        if (looks === 1) throw new BatonError("UNREACHABLE", "no agent answers");
        return status(group("main"));
      }),
      context,
    );
    await hasDrawn("nothing seen yet, for 0 s: no agent answers");
    await hasDrawn("main  writes go to h1");
    stop.abort("SIGTERM");
    expect((await played).looks.failure).toBeUndefined();
  });

  test.each(["SIGTERM", "a terminal that is closed"])("ends by %s", async (how) => {
    const { context, stop, input, written, hasDrawn } = desk();
    const played = playView(watching(fine), context);
    await hasDrawn("main  writes go to h1");
    if (how === "SIGTERM") stop.abort(how);
    else input.end();
    await played;
    expect(written().endsWith(LEAVE)).toBe(true);
  });

  test("a bug in what looks, reduces or draws gives the terminal back and is thrown", async () => {
    const bug = new Error("a bug");
    const throwing = () => {
      throw bug;
    };
    const broken = [
      watching(async () => throwing()),
      {
        ...watching(fine),
        view: () => ({ ...watchView({ colour: false, hasKeys: true }), reduce: throwing }),
      },
      {
        ...watching(fine),
        view: () => ({ ...watchView({ colour: false, hasKeys: true }), lines: throwing }),
      },
    ];
    for (const played of broken) {
      const { context, written } = desk();
      await expect(playView(played, context)).rejects.toBe(bug);
      expect(written().endsWith(LEAVE)).toBe(true);
    }
  });
});
