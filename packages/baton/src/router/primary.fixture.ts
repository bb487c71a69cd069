// A stand-in for a primary that understands what it is sent and answers as the test says.
import type { Socket } from "node:net";
import type { CommandInfo } from "./commands.ts";
import { bareTable } from "./commands.ts";
import { RequestFramer } from "./resp/requests.ts";
import type { RouterOptions } from "./router.ts";
import { type Upstream, client, routeTo, router, until, upstream } from "./sockets.fixture.ts";

/** The reply to a command, or undefined for none yet: the test writes it to the socket later, or never. */
export type Answer = (words: readonly string[], socket: Socket) => string | undefined;

export interface Primary extends Upstream {
  /** Commands of all connections in the order of their arrival, their words joined by blanks. */
  readonly seen: string[];
  /** To be replaced when it shall answer otherwise. */
  answer: Answer;
}

/** As a client sends it, in the protocol. */
export const command = (...words: readonly string[]): string =>
  [`*${words.length}`, ...words.flatMap((word) => [`$${word.length}`, word]), ""].join("\r\n");
export const bulk = (text: string): string => `$${text.length}\r\n${text}\r\n`;

/** Says what an idle Redis would say to the few commands that the tests send. */
export const obedient: Answer = ([name = "", text = ""]) => {
  if (name === "PING") return "+PONG\r\n";
  return name === "ECHO" ? bulk(text) : "+OK\r\n";
};
export const silent: Answer = () => undefined;

/** Answers by the name of the command, and as an obedient one what is not named. */
export const answering =
  (replies: Readonly<Record<string, string>>): Answer =>
  (words, socket) =>
    replies[words[0] ?? ""] ?? obedient(words, socket);

export async function primary(address: string, answer: Answer = obedient, port = 0): Promise<Primary> {
  const seen: string[] = [];
  const serve = (socket: Socket): void => {
    readCommands(socket, (words) => {
      seen.push(words.join(" "));
      const reply = found.answer(words, socket);
      if (reply !== undefined) socket.write(reply, "latin1");
    });
    socket.on("end", () => socket.end());
  };
  const found: Primary = Object.assign(await upstream(address, serve, port), { seen, answer });
  return found;
}

function readCommands(socket: Socket, take: (words: readonly string[]) => void): void {
  const framer = new RequestFramer(bareTable.lookup);
  let begun: Buffer[] = [];
  socket.on("data", (chunk: Buffer) => {
    let start = 0;
    for (let end = framer.advance(chunk, 0); end >= 0; end = framer.advance(chunk, end)) {
      take(wordsOf(Buffer.concat([...begun, chunk.subarray(start, end)])));
      begun = [];
      start = end;
    }
    begun.push(chunk.subarray(start));
  });
}

/** Of one whole command; of the inline ones only those without quotes. */
function wordsOf(bytes: Buffer): readonly string[] {
  const text = bytes.toString("latin1");
  if (!text.startsWith("*")) return text.trim().split(" ");
  const words: string[] = [];
  for (let at = text.indexOf("$"); at >= 0 && at < text.length; ) {
    const start = text.indexOf("\r\n", at) + 2;
    const end = start + Number(text.slice(at + 1, start - 2));
    words.push(text.slice(start, end));
    at = end + 2;
  }
  return words;
}

const info = (name: string, kind: Partial<CommandInfo>): CommandInfo => ({
  name,
  isWrite: false,
  isReadOnly: false,
  isBlocking: false,
  isCaptured: false,
  ...kind,
});

/** What a server would have told of the commands that the tests send. */
export const KNOWN: readonly CommandInfo[] = [
  ...bareTable.all(),
  info("blpop", { isWrite: true, isBlocking: true }),
  info("echo", { isReadOnly: true }),
  info("get", { isReadOnly: true }),
  info("ping", { isReadOnly: true }),
  info("set", { isWrite: true }),
];

/** A router that knows the commands, its route to an old primary, one client of it, and a next primary. */
export async function session(answer: Answer = obedient, options: Partial<RouterOptions> = {}) {
  const old = await primary("127.92.0.2", answer);
  const next = await primary("127.92.0.4");
  const opened = await router(options);
  opened.learn(KNOWN);
  opened.setRoute(routeTo(old));
  const found = await client(opened);
  await until("the client to be let in", () => opened.stats().accepted === 1);
  const send = (...words: readonly string[]): void => void found.socket.write(command(...words));
  const received = (text: string) => until(`the client to get ${text}`, () => found.text() === text);
  return {
    ...found,
    old,
    next,
    opened,
    send,
    received,
    /** Greets, so that the session has its connection to the old primary. */
    greet: async () => {
      send("PING");
      await received("+PONG\r\n");
    },
    move: () => opened.setRoute(routeTo(next, 2)),
    reset: () => until("the client's reset", () => found.error() === "ECONNRESET"),
  };
}
