// What reaches a terminal: byte by byte what enters, what is drawn, and that everything is taken back.
import { EventEmitter } from "node:events";
import { PassThrough } from "node:stream";
import { expect, test } from "vitest";
import type { Key } from "./keys.ts";
import { openScreen, type ScreenHost } from "./screen.ts";
import { missing, seen, waitFor } from "./wait.ts";

const ENTER = "\u001b[?1049h\u001b[?25l\u001b[?7l\u001b[2J";
const LEAVE = "\u001b[0m\u001b[?7h\u001b[?25h\u001b[?1049l";
const row = (number: number, text: string) => `\u001b[${number};1H${text}\u001b[0m\u001b[K`;

/** A terminal of 20 x 3 that keeps what it was sent, with the process and its keyboard. */
function desk(options: { readonly isTTY?: boolean; readonly rows?: number } = {}) {
  const modes: boolean[] = [];
  const input = Object.assign(new PassThrough(), {
    isTTY: options.isTTY ?? true,
    setRawMode: (isRaw: boolean) => void modes.push(isRaw),
  });
  const output = Object.assign(new PassThrough({ encoding: "utf8" }), {
    columns: 20,
    rows: options.rows ?? 3,
  });
  let stops = 0;
  const events = new EventEmitter();
  const host: ScreenHost = Object.assign(events, { suspend: () => void (stops += 1) });
  const keys: Key[] = [];
  let resizes = 0;
  let isGone = false;
  const screen = openScreen({
    input,
    output,
    host,
    onKey: (key) => void keys.push(key),
    onResize: () => void (resizes += 1),
    onGone: () => {
      isGone = true;
    },
  });
  const written = () => String(output.read() ?? "");
  const counted = { stops: () => stops, resizes: () => resizes, isGone: () => isGone };
  return { screen, input, output, events, keys, modes, written, ...counted };
}

test("draws only what differs, and nothing at all when nothing does", () => {
  const { screen, written } = desk();
  expect(written()).toBe(ENTER);
  screen.draw(["one", "two"]);
  expect(written()).toBe(row(1, "one") + row(2, "two"));
  screen.draw(["one", "2"]);
  expect(written()).toBe(row(2, "2"));
  screen.draw(["one", "2"]);
  expect(written()).toBe("");
  screen.draw(["one"]);
  expect(written()).toBe(row(2, ""));
});

test("never writes below the last row, and leaves the last column free", () => {
  const { screen, written } = desk();
  written();
  expect(screen.size()).toEqual({ columns: 19, rows: 3 });
  screen.draw(["1", "2", "3", "4"]);
  expect(written()).toBe(row(1, "1") + row(2, "2") + row(3, "3"));
});

test("a terminal that does not say how large it is has 80 columns and 24 rows", () => {
  const { screen, output } = desk({ rows: 0 });
  output.columns = 0;
  expect(screen.size()).toEqual({ columns: 79, rows: 24 });
});

test("another size: all is cleared, and drawn again", () => {
  const { screen, output, written, resizes } = desk();
  screen.draw(["one"]);
  written();
  output.emit("resize");
  expect([written(), resizes()]).toEqual(["\u001b[0m\u001b[2J", 1]);
  screen.draw(["one"]);
  expect(written()).toBe(row(1, "one"));
});

test("closing gives everything back, once, and hears no more", () => {
  const { screen, written, modes, events, output, input } = desk();
  screen.draw(["one"]);
  written();
  screen.close();
  screen.close();
  screen.draw(["two"]);
  expect([written(), modes]).toEqual([LEAVE, [true, false]]);
  const left = ["exit", "uncaughtExceptionMonitor", "SIGCONT"].map((name) => events.listenerCount(name));
  expect([...left, output.listenerCount("resize"), input.listenerCount("keypress")]).toEqual([
    0, 0, 0, 0, 0,
  ]);
});

test.each(["exit", "uncaughtExceptionMonitor"])("on %s the terminal is given back first", (name) => {
  const { written, modes, events } = desk();
  written();
  events.emit(name);
  expect([written(), modes]).toEqual([LEAVE, [true, false]]);
});

test("Ctrl-Z gives the terminal back, stops, and draws everything again when it goes on", () => {
  const { screen, input, events, written, modes, stops, resizes, keys } = desk();
  screen.draw(["one"]);
  written();
  input.emit("keypress", "\u001a", { name: "z", ctrl: true });
  expect([written(), modes, stops()]).toEqual([LEAVE + ENTER, [true, false, true], 1]);
  events.emit("SIGCONT");
  expect([written(), resizes(), keys]).toEqual([ENTER, 2, []]);
  screen.draw(["one"]);
  expect(written()).toBe(row(1, "one"));
});

test("keys arrive one by one; Escape alone is one, too", async () => {
  const { input, keys } = desk();
  input.write("j\u001b[B");
  input.write("\u001b");
  const named = () => keys.map((key) => (key.kind === "text" ? key.text : key.name));
  await waitFor(
    "three keys",
    () => (keys.length === 3 ? seen(true) : missing(JSON.stringify(named()))),
    { withinMs: 2_000 },
  );
  expect(named()).toEqual(["j", "down", "escape"]);
});

test("a keyboard that is gone is said", async () => {
  const { input, isGone } = desk();
  input.end();
  await waitFor("the end", () => (isGone() ? seen(true) : missing("no word of it")), {
    withinMs: 2_000,
  });
});

test("an input that is no terminal has no keys, and is left alone", () => {
  const { screen, modes, input } = desk({ isTTY: false });
  screen.close();
  expect([screen.hasKeys, modes, input.listenerCount("keypress")]).toEqual([false, [], 0]);
});
