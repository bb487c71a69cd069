// A whole terminal for one command: the alternate screen, only changed rows written, keys one by one, and
// everything put back however the command ends.
import { emitKeypressEvents, type Interface } from "node:readline";
import { type Key, keyOf, type Press } from "./keys.ts";

export interface Size {
  /** Cells that may be written in a row: the last one stays free, see `draw`. */
  readonly columns: number;
  readonly rows: number;
}

export interface ScreenEvents {
  onKey(key: Key): void;
  /** Its size is another, or what was on it is gone: draw again. */
  onResize(): void;
  /** Nobody can press a key any more: the terminal was closed. */
  onGone(): void;
}

export interface Screen {
  size(): Size;
  /** False where keys do not come from a terminal. */
  readonly hasKeys: boolean;
  /**
   * Shows these lines from the top, and nothing else. They must hold no control characters but colours, and
   * be no wider than `size` says. Writes the rows that differ from what is there.
   */
  draw(lines: readonly string[]): void;
  /** Gives the terminal back as it was found. Harmless twice. */
  close(): void;
}

export type ScreenInput = NodeJS.ReadableStream & {
  readonly isTTY?: boolean;
  setRawMode?(isRaw: boolean): unknown;
};
export type ScreenOutput = NodeJS.WritableStream & {
  readonly columns?: number;
  readonly rows?: number;
};

/** The process, as far as its end and its stops concern a terminal. */
export interface ScreenHost {
  on(event: "exit" | "uncaughtExceptionMonitor" | "SIGCONT", listener: () => void): unknown;
  off(event: "exit" | "uncaughtExceptionMonitor" | "SIGCONT", listener: () => void): unknown;
  /** Stops the whole job, as Ctrl-Z does; returns when it goes on. */
  suspend(): void;
}

export interface ScreenParts extends ScreenEvents {
  readonly input: ScreenInput;
  readonly output: ScreenOutput;
  readonly host: ScreenHost;
}

/** The alternate screen, no cursor, no wrapping of what is too long; empty. */
const ENTER = "\u001b[?1049h\u001b[?25l\u001b[?7l\u001b[2J";
const LEAVE = "\u001b[0m\u001b[?7h\u001b[?25h\u001b[?1049l";
const CLEAR = "\u001b[0m\u001b[2J";

const DEFAULT: Size = { columns: 80, rows: 24 };
/** A terminal that claims more is not believed: what is drawn has to have an end. */
const CELLS_MAX = 1_000;

/** How long Escape alone waits for the rest of a key's sequence. */
const ESCAPE_MS = 50;

function sizeOf({ columns = 0, rows = 0 }: ScreenOutput): Size {
  const within = (count: number, fallback: number) => Math.min(CELLS_MAX, count > 0 ? count : fallback);
  return {
    columns: Math.max(1, within(columns, DEFAULT.columns) - 1),
    rows: within(rows, DEFAULT.rows),
  };
}

/** From any row and any colour to this line, and nothing behind it. */
const rowText = (row: number, line: string): string => `\u001b[${row + 1};1H${line}\u001b[0m\u001b[K`;

/** What has to be written to turn the rows of one drawing into another. */
function difference(before: readonly string[], after: readonly string[]): string {
  let text = "";
  for (let row = 0; row < Math.max(before.length, after.length); row += 1) {
    const line = after[row] ?? "";
    if (line !== (before[row] ?? "")) text += rowText(row, line);
  }
  return text;
}

interface Keys {
  readonly hasKeys: boolean;
  begin(): void;
  end(): void;
  close(): void;
}

function openKeys(input: ScreenInput, onKey: (key: Key) => void, onGone: () => void): Keys {
  const hasKeys = input.isTTY === true && input.setRawMode !== undefined;
  const listener = (text: string | undefined, press: Press) => {
    const key = keyOf(text, press);
    if (key !== undefined) onKey(key);
  };
  if (hasKeys) {
    // Of an interface it uses nothing but this one setting.
    emitKeypressEvents(input, { escapeCodeTimeout: ESCAPE_MS } as unknown as Interface);
    input.on("keypress", listener).on("end", onGone);
    // A terminal that is gone answers EIO, to the attempt to set it right, too: this listener stays.
    input.on("error", onGone);
  }
  return {
    hasKeys,
    begin() {
      if (!hasKeys) return;
      input.setRawMode?.(true);
      input.resume();
    },
    end() {
      if (!hasKeys) return;
      input.setRawMode?.(false);
      input.pause();
    },
    close() {
      input.off("keypress", listener).off("end", onGone);
    },
  };
}

interface Stage {
  isEntered(): boolean;
  enter(): void;
  leave(): void;
  draw(lines: readonly string[]): void;
  /** What was drawn is gone: the next drawing is whole. */
  clear(): void;
}

/** The alternate screen with what is drawn on it. */
function openStage(output: ScreenOutput, keys: Pick<Keys, "begin" | "end">): Stage {
  let shown: readonly string[] = [];
  let isEntered = false;
  return {
    isEntered: () => isEntered,
    enter() {
      isEntered = true;
      shown = [];
      keys.begin();
      output.write(ENTER);
    },
    leave() {
      if (!isEntered) return;
      isEntered = false;
      output.write(LEAVE);
      keys.end();
    },
    draw(lines) {
      if (!isEntered) return;
      const wanted = lines.slice(0, sizeOf(output).rows);
      const text = difference(shown, wanted);
      shown = wanted;
      if (text !== "") output.write(text);
    },
    clear() {
      shown = [];
      if (isEntered) output.write(CLEAR);
    },
  };
}

export function openScreen({ input, output, host, onKey, onResize, onGone }: ScreenParts): Screen {
  const keys = openKeys(input, pressed, onGone);
  const stage = openStage(output, keys);
  const { leave } = stage;

  /** The shell has used the terminal meanwhile, and set it as it likes it. */
  function comeBack(): void {
    stage.enter();
    onResize();
  }
  function resized(): void {
    stage.clear();
    onResize();
  }
  function pressed(key: Key): void {
    if (key.kind === "named" && key.name === "suspend") {
      leave();
      host.suspend();
      // Without a shell that could bring it back the kernel does not stop it at all.
      if (!stage.isEntered()) comeBack();
    } else if (key.kind === "named" && key.name === "redraw") resized();
    else onKey(key);
  }

  host.on("exit", leave);
  // Before Node prints what was thrown: on the alternate screen it would be lost.
  host.on("uncaughtExceptionMonitor", leave);
  host.on("SIGCONT", comeBack);
  output.on("resize", resized);
  stage.enter();
  return {
    hasKeys: keys.hasKeys,
    size: () => sizeOf(output),
    draw: (lines) => stage.draw(lines),
    close() {
      host.off("exit", leave);
      host.off("uncaughtExceptionMonitor", leave);
      host.off("SIGCONT", comeBack);
      output.off("resize", resized);
      keys.close();
      leave();
    },
  };
}
