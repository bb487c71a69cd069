// Commands as bytes in all the ways in which Redis takes them, and one connection whose replies are kept
// as they came.
import { once } from "node:events";
import { type Socket, connect } from "node:net";
import { setImmediate as nextTurn } from "node:timers/promises";
import type { Endpoint } from "../../../packages/baton/src/cluster/types.ts";
import { slowness } from "../../../packages/baton/src/sys/clock.ts";
import { missing, seen, waitFor } from "../../../packages/baton/src/sys/wait.ts";
import type { Dice } from "./dice.ts";
import type { Command } from "./words.ts";

const INLINE_BYTES_MAX = 1000;
const EMPTY = ["*0\r\n", "*-1\r\n", "\r\n", "\n"];
/** How long a reply may take before its absence is the finding. */
const REPLY_MS = 10_000;

const quoted = (argument: string): string => {
  const escaped = (byte: string) => `\\x${byte.charCodeAt(0).toString(16).padStart(2, "0")}`;
  return /^[\w.*:>+-]+$/.test(argument) ? argument : `"${argument.replaceAll(/[^\w .]/g, escaped)}"`;
};

export const multibulk = (command: Command): string =>
  [`*${command.length}\r\n`, ...command.map((word) => `$${word.length}\r\n${word}\r\n`)].join("");

function inline(command: Command, dice: Dice): string {
  return `${command.map(quoted).join(dice.chance(0.2) ? "  " : " ")}${dice.pick(["\r\n", "\n"])}`;
}

function spelled(name: string, dice: Dice): string {
  if (dice.chance(0.7)) return name;
  return dice.chance(0.5) ? name.toLowerCase() : `${name.slice(0, 2).toLowerCase()}${name.slice(2)}`;
}

/** One command, spelled in one of the allowed ways, now and then behind an empty command. */
export function written([name = "", ...words]: Command, dice: Dice): string {
  const command = [spelled(name, dice), ...words];
  const length = words.reduce((sum, word) => sum + word.length, 0);
  const isInline = length < INLINE_BYTES_MAX && dice.chance(0.06);
  const bytes = isInline ? inline(command, dice) : multibulk(command);
  return dice.chance(0.02) ? `${dice.pick(EMPTY)}${bytes}` : bytes;
}

export interface Session {
  readonly isClosed: boolean;
  /** In chunks of these sizes, each in a turn of the event loop of its own; what remains goes at last. */
  send(bytes: Buffer, chunks: readonly number[]): Promise<void>;
  /** Everything received so far and not taken yet, up to the end of the mark. @throws what is missing */
  takeUntil(mark: Buffer): Promise<Buffer>;
  /** Everything up to the end of the connection. */
  takeUntilClosed(): Promise<Buffer>;
  close(): void;
}

interface Inbox {
  bytes: Buffer;
  /** Where to look on: before it the mark is not. */
  looked: number;
  isClosed: boolean;
  wake: () => void;
}

async function take<T>(inbox: Inbox, what: string, look: () => T | undefined): Promise<T> {
  let isLate = false;
  const deadline = setTimeout(() => {
    isLate = true;
    inbox.wake();
  }, REPLY_MS * slowness());
  try {
    for (;;) {
      const found = look();
      if (found !== undefined) return found;
      const tail = JSON.stringify(inbox.bytes.subarray(-300).toString("latin1"));
      if (isLate) throw new Error(`no ${what} in time; got ${tail}`);
      if (inbox.isClosed) throw new Error(`no ${what} before the connection was closed; got ${tail}`);
      await new Promise<void>((resolve) => {
        inbox.wake = resolve;
      });
    }
  } finally {
    clearTimeout(deadline);
  }
}

function listen(socket: Socket): Inbox {
  const inbox: Inbox = { bytes: Buffer.alloc(0), looked: 0, isClosed: false, wake: () => undefined };
  socket.on("data", (chunk: Buffer) => {
    inbox.bytes = inbox.bytes.length === 0 ? chunk : Buffer.concat([inbox.bytes, chunk]);
    inbox.wake();
  });
  // 'close' follows, and is what counts.
  socket.on("error", () => undefined);
  socket.on("close", () => {
    inbox.isClosed = true;
    inbox.wake();
  });
  return inbox;
}

export async function openSession({ address, port }: Endpoint): Promise<Session> {
  const socket = connect({ host: address, port, noDelay: true });
  const inbox = listen(socket);
  await once(socket, "connect");
  const cut = (end: number): Buffer => {
    const taken = inbox.bytes.subarray(0, end);
    inbox.bytes = inbox.bytes.subarray(end);
    inbox.looked = 0;
    return taken;
  };
  return {
    get isClosed() {
      return inbox.isClosed;
    },
    async send(bytes, chunks) {
      let from = 0;
      for (const size of chunks) {
        socket.write(bytes.subarray(from, from + size));
        from += size;
        await nextTurn();
      }
      socket.write(bytes.subarray(from));
    },
    takeUntil: (mark) =>
      take(inbox, `reply ${JSON.stringify(mark.toString("latin1"))}`, () => {
        const at = inbox.bytes.indexOf(mark, inbox.looked);
        if (at >= 0) return cut(at + mark.length);
        inbox.looked = Math.max(0, inbox.bytes.length - mark.length);
        return undefined;
      }),
    takeUntilClosed: () =>
      take(inbox, "end of the connection", () => (inbox.isClosed ? cut(inbox.bytes.length) : undefined)),
    close: () => socket.destroy(),
  };
}

/** Waits until as many clients of the server are blocked; asked on a connection of its own. */
export async function untilBlocked(control: Session, wanted: number): Promise<void> {
  const look = async () => {
    await control.send(Buffer.from(multibulk(["INFO", "clients"])), []);
    const text = (await control.takeUntil(Buffer.from("clients_in_timeout_table"))).toString();
    await control.takeUntil(Buffer.from("\r\n\r\n"));
    const found = Number(/blocked_clients:(\d+)/.exec(text)?.[1]);
    return found === wanted ? seen(undefined) : missing(`${found} blocked`);
  };
  await waitFor(`${wanted} blocked clients`, look, { withinMs: REPLY_MS, everyMs: 1 });
}
