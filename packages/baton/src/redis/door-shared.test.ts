// A door over which many ask at the same time: what the slowness of one answer costs the others.
import { createServer, type Socket } from "node:net";
import { afterEach, expect, test } from "vitest";
import { closeServer, listenOn } from "../sys/sockets.ts";
import { missing, seen, waitFor } from "../sys/wait.ts";
import { type Door, openDoor } from "./door.ts";

const ADDRESS = "127.0.0.1";
const COMMAND_MS = 300;
const ends: (() => void | Promise<void>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).toReversed()) await end();
});

interface Server {
  readonly door: Door;
  /** Connections that were made, and those that are open. */
  readonly made: () => number;
  readonly open: () => number;
  /** From now on commands are kept, until `answer`. */
  hold(): void;
  /** Answers all that is kept, or only so many of them, oldest first. */
  answer(count?: number): void;
  kept(): number;
}

/** Answers every command with its last word, in order, as Redis does; it can be made to wait. */
async function serving(isShared: boolean): Promise<Server> {
  const sockets = new Set<Socket>();
  const kept: (() => void)[] = [];
  let made = 0;
  let isHeld = false;
  const server = createServer((socket) => {
    made += 1;
    sockets.add(socket);
    socket.on("error", () => undefined).on("close", () => sockets.delete(socket));
    socket.on("data", (chunk: Buffer) => {
      for (const command of chunk
        .toString()
        .split(/\*\d+\r\n/)
        .slice(1)) {
        const word = command.trimEnd().split("\r\n").at(-1) ?? "";
        const reply = () => void socket.write(`+${word}\r\n`);
        if (isHeld) kept.push(reply);
        else reply();
      }
    });
  });
  await listenOn(server, { address: ADDRESS, port: 0 });
  ends.push(async () => {
    for (const socket of sockets) socket.destroy();
    await closeServer(server);
  });
  const bound = server.address();
  const port = typeof bound === "object" ? (bound?.port ?? 0) : 0;
  const door = openDoor({ address: ADDRESS, port, commandMs: COMMAND_MS, isShared });
  ends.push(() => door.close());
  return {
    door,
    made: () => made,
    open: () => sockets.size,
    hold: () => void (isHeld = true),
    answer(count = Infinity) {
      if (count === Infinity) isHeld = false;
      for (const reply of kept.splice(0, count)) reply();
    },
    kept: () => kept.length,
  };
}

const echo = (door: Door, word: string) => door.call(["ECHO", word]);
const failed = (asked: Promise<unknown>) =>
  asked.then(
    () => "answered",
    (error: Error) => error.message.replace(/^.*: /, ""),
  );

async function untilKept(server: Server, count: number): Promise<void> {
  const look = () => (server.kept() >= count ? seen(true) : missing(`${server.kept()} commands`));
  await waitFor(`${count} commands to be kept`, look, { withinMs: 2_000, everyMs: 5 });
}

test("serves questions of many over one connection, each with its own answer", async () => {
  const { door, made } = await serving(true);
  const words = Array.from({ length: 200 }, (_, index) => `w${index}`);
  expect(await Promise.all(words.map((word) => echo(door, word)))).toEqual(words);
  expect(made()).toBe(1);
});

test("a question without an answer costs those asked later nothing but their wait", async () => {
  const server = await serving(true);
  const { door } = server;
  await echo(door, "first");
  server.hold();
  const early = failed(echo(door, "early"));
  await untilKept(server, 1);
  // Asked when most of the first one's time is over.
  await new Promise((resolve) => setTimeout(resolve, COMMAND_MS * 0.7));
  const late = echo(door, "late");
  expect(await early).toBe("no answer in time");
  // The connection has been given up by now; what was asked over it in time is still answered there.
  server.answer();
  expect(await late).toBe("late");
  expect(await echo(door, "next")).toBe("next");
  expect(server.made()).toBe(2);
  const look = () => (server.open() === 1 ? seen(true) : missing(`${server.open()} connections`));
  await waitFor("the old connection to be closed", look, { withinMs: 2_000, everyMs: 10 });
});

test("a server that hangs costs everybody one deadline, and then has a new connection", async () => {
  const server = await serving(true);
  const { door } = server;
  await echo(door, "first");
  server.hold();
  const beganMs = performance.now();
  const asked = await Promise.all(
    Array.from({ length: 50 }, (_, index) => failed(echo(door, `w${index}`))),
  );
  expect(new Set(asked)).toEqual(new Set(["no answer in time"]));
  expect(performance.now() - beganMs).toBeLessThan(COMMAND_MS + 1_000);
  server.answer();
  expect(await echo(door, "again")).toBe("again");
  expect(server.made()).toBe(2);
});

test("a slow answer leaves the connection alone while the server answers others", async () => {
  const server = await serving(true);
  const { door } = server;
  await echo(door, "first");
  server.hold();
  const quick = echo(door, "quick");
  const slow = failed(echo(door, "slow"));
  await untilKept(server, 2);
  server.answer(1);
  expect(await quick).toBe("quick");
  expect(await slow).toBe("no answer in time");
  server.answer();
  // The late answer went to the question that it belongs to, which nobody asks any more.
  expect(await echo(door, "next")).toBe("next");
  expect(server.made()).toBe(1);
});

test("a door of one user ends its connection with the first deadline that is missed", async () => {
  const server = await serving(false);
  const { door } = server;
  await echo(door, "first");
  server.hold();
  expect(await failed(echo(door, "slow"))).toBe("no answer in time");
  server.answer();
  expect(await echo(door, "next")).toBe("next");
  expect(server.made()).toBe(2);
});

test("a server that is not there is not dialled by everybody who asks", async () => {
  let dialled = 0;
  const server = createServer((socket) => {
    dialled += 1;
    socket.destroy();
  });
  await listenOn(server, { address: ADDRESS, port: 0 });
  ends.push(() => closeServer(server));
  const bound = server.address();
  const port = typeof bound === "object" ? (bound?.port ?? 0) : 0;
  const door = openDoor({ address: ADDRESS, port, password: "secret", isShared: true });
  ends.push(() => door.close());
  const untilMs = performance.now() + 200;
  let asked = 0;
  while (performance.now() < untilMs) {
    const reason = await failed(echo(door, "word"));
    expect(reason).not.toBe("answered");
    asked += 1;
  }
  expect(asked).toBeGreaterThan(dialled);
  expect(dialled).toBeLessThan(20);
});
