// One wire between real sockets, for tests: hosts a, b and c, and a process behind b's wire.
import { connect, createServer, type Server, type Socket } from "node:net";
import { closeServer, listenOn } from "../sys/sockets.ts";
import { missing, seen, waitFor } from "../sys/wait.ts";
import { openWires, type Wire, type Wires } from "./wires.ts";

const PORT = 17_901;
export const address = (host: number): string => `127.94.11.${host}`;
export const HOSTS: ReadonlyMap<string, string> = new Map([
  [address(1), "a"],
  [address(2), "b"],
  [address(3), "c"],
]);
export const wireToB: Wire = {
  host: "b",
  announced: { address: address(2), port: PORT },
  real: { address: address(102), port: PORT },
};

/** One end of a connection, and all that came out of it. */
export interface End {
  readonly socket: Socket;
  readonly from: string;
  text: string;
  hasEnded: boolean;
  wasReset: boolean;
}

function endOf(socket: Socket): End {
  const from = socket.remoteAddress ?? "";
  const end: End = { socket, from, text: "", hasEnded: false, wasReset: false };
  socket.on("data", (bytes: Buffer) => {
    end.text += bytes.toString("latin1");
  });
  socket.on("end", () => {
    end.hasEnded = true;
  });
  socket.on("error", () => {
    end.wasReset = true;
  });
  return end;
}

export interface Bench {
  readonly wires: Wires;
  /** The process at b. */
  readonly server: Server;
  /** What the process at b was connected to, in order. */
  readonly heard: End[];
  /** A connection to b from an address, or from the clients; made when the kernel has accepted it. */
  call(source?: string): Promise<End>;
  /** A connection from host a over which bytes went: the caller's end and the listener's. */
  established(): Promise<readonly [End, End]>;
  /**
   * Proves silence without sleeping: host c's round trip through the same wires, begun later, is over by
   * then, and whoever was to be silent had heard nothing.
   */
  roundTripOfC(): Promise<void>;
  close(): Promise<void>;
}

export async function until(what: string, isSo: () => boolean): Promise<void> {
  await waitFor(what, () => (isSo() ? seen(undefined) : missing(what)), { withinMs: 5000, everyMs: 5 });
}

export async function openBench(): Promise<Bench> {
  const heard: End[] = [];
  const callers: Socket[] = [];
  const server = createServer({ allowHalfOpen: true }, (socket) => void heard.push(endOf(socket)));
  await listenOn(server, wireToB.real);
  const wires = await openWires([wireToB], HOSTS);

  async function call(source?: string): Promise<End> {
    const target = { host: wireToB.announced.address, port: PORT, allowHalfOpen: true };
    const socket = connect(source === undefined ? target : { ...target, localAddress: source });
    callers.push(socket);
    const end = endOf(socket);
    await new Promise((resolve, reject) => {
      socket.once("connect", resolve);
      socket.once("error", reject);
    });
    return end;
  }

  async function greet(source: string, words: string): Promise<readonly [End, End]> {
    const caller = await call(source);
    caller.socket.write(words);
    const find = () => heard.find(({ from, text }) => from === source && text === words);
    await until(`${words} from ${source}`, () => find() !== undefined);
    const listener = find();
    if (listener === undefined) throw new Error("nobody heard the greeting");
    return [caller, listener];
  }

  return {
    wires,
    server,
    heard,
    call,
    established: () => greet(address(1), "hello "),
    async roundTripOfC() {
      const [caller, listener] = await greet(address(3), "mark");
      listener.socket.write("answer");
      await until("the answer to host c", () => caller.text === "answer");
      caller.socket.destroy();
      listener.socket.destroy();
      heard.splice(heard.indexOf(listener), 1);
    },
    async close() {
      await wires.close();
      for (const socket of [...callers, ...heard.map((end) => end.socket)]) socket.destroy();
      await closeServer(server);
    },
  };
}
