// A door in front of a real name server, for tests: messages on TCP go through it, each way, and can go
// wrong there. It knows of DNS what a lengthy header says, and nothing of keys.
import { once } from "node:events";
import { type AddressInfo, createConnection, createServer, type Socket } from "node:net";
import { closeServer, listenOn } from "../../sys/sockets.ts";
import { type Door, Hold, type Trouble } from "./door.fixture.ts";

const CLASS_IN = 1;
const UPDATE = 5;

/** Messages one after the other, with their lengths in front; ends with the connection. */
async function* messagesOf(socket: Socket): AsyncGenerator<Buffer> {
  let rest: Buffer = Buffer.alloc(0);
  for await (const chunk of socket as AsyncIterable<Buffer>) {
    rest = Buffer.concat([rest, chunk]);
    for (;;) {
      const end = rest.length < 2 ? Number.POSITIVE_INFINITY : 2 + rest.readUInt16BE(0);
      if (rest.length < end) break;
      yield rest.subarray(0, end);
      rest = rest.subarray(end);
    }
  }
}

/** Behind a name that is written out, as in everything that Baton sends. */
function pastName(bytes: Buffer, from: number): number {
  let at = from;
  while ((bytes[at] ?? 0) > 0) at += 1 + (bytes[at] ?? 0);
  return at + 1;
}

/** An update that adds a record. What only removes records that are not there changes nothing. */
function isDnsWrite(framed: Buffer): boolean {
  const bytes = framed.subarray(2);
  if (((bytes[2] ?? 0) >> 3) % 16 !== UPDATE) return false;
  const [before, changes] = [bytes.readUInt16BE(6), bytes.readUInt16BE(8)];
  let at = pastName(bytes, 12) + 4;
  for (let record = 0; record < before + changes; record += 1) {
    at = pastName(bytes, at);
    if (record >= before && bytes.readUInt16BE(at + 2) === CLASS_IN) return true;
    at += 10 + bytes.readUInt16BE(at + 8);
  }
  return false;
}

/** A connection of its own for each message: a client that has gone must not take its message with it. */
async function forward(port: number, framed: Buffer): Promise<Buffer> {
  const socket = createConnection({ host: "127.0.0.1", port });
  try {
    await once(socket, "connect");
    socket.write(framed);
    for await (const answer of messagesOf(socket)) return answer;
    throw new Error("the name server has closed");
  } finally {
    socket.destroy();
  }
}

export interface DnsDoorOptions {
  /** Of the name server, at 127.0.0.1. */
  readonly port: number;
  /** `server`: ADDRESS:PORT of the door. */
  readonly settingsOf: (server: string) => Readonly<Record<string, unknown>>;
}

/** Answers of `Trouble` are sent as they are: whatever listens there, it is no name server. */
export async function openDnsDoor({ port, settingsOf }: DnsDoorOptions): Promise<Door> {
  const sockets = new Set<Socket>();
  let present: Trouble = { kind: "none" };
  let hold: Hold | undefined;
  let writes = 0;

  async function carryOut(framed: Buffer, isOne: boolean): Promise<Buffer> {
    const deed = async () => {
      if (isOne) writes += 1;
      return await forward(port, framed);
    };
    if (isOne && hold !== undefined) {
      hold.left -= 1;
      if (hold.left === 0) return await hold.pass(deed);
    }
    return await deed();
  }

  async function serve(socket: Socket): Promise<void> {
    for await (const framed of messagesOf(socket)) {
      const isOne = isDnsWrite(framed);
      const isSpared = present.kind !== "none" && present.to === "writes" && !isOne;
      const now: Trouble = isSpared ? { kind: "none" } : present;
      if (now.kind === "stall") continue;
      if (now.kind === "answer") return void socket.end(now.body);
      const answer = await carryOut(framed, isOne);
      if (now.kind === "reset-after") return void socket.resetAndDestroy();
      socket.write(now.kind === "slow-body" ? answer.subarray(0, 3) : answer);
    }
  }

  const server = createServer((socket) => {
    sockets.add(socket);
    socket.once("close", () => void sockets.delete(socket));
    socket.on("error", () => undefined);
    serve(socket).catch(() => socket.destroy());
  });
  await listenOn(server, { address: "127.0.0.1", port: 0 });
  const own = (server.address() as AddressInfo).port;
  return {
    settings: settingsOf(`127.0.0.1:${own}`),
    trouble: (next) => void (present = next),
    holdWrite(nth) {
      hold = new Hold(nth);
      return hold.held();
    },
    writes: () => writes,
    async close() {
      for (const socket of sockets) socket.destroy();
      await closeServer(server);
    },
  };
}
