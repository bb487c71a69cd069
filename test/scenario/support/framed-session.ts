// A client's connection to a real server, with the router's two framers and its session state beside it.
import { type Socket, connect } from "node:net";
import type { Endpoint } from "../../../packages/baton/src/cluster/types.ts";
import type { CommandTable } from "../../../packages/baton/src/router/commands.ts";
import { ReplyFramer } from "../../../packages/baton/src/router/resp/replies.ts";
import { RequestFramer } from "../../../packages/baton/src/router/resp/requests.ts";
import { type Effect, SessionState } from "../../../packages/baton/src/router/session-state.ts";
import { missing, seen, waitFor } from "../../../packages/baton/src/sys/wait.ts";

const MINUS = 0x2d;
/** Those that a session may set, and WATCH, which CLIENT INFO tells from Redis 7.2 on. */
const FACTS = ["name", "db", "user", "resp", "lib-name", "lib-ver", "capa", "flags", "watch"];

/** Words are split at blanks. */
export function commandOf(line: string): Buffer {
  const words = line.split(" ");
  const bulks = words.map((word) => `$${word.length}\r\n${word}\r\n`);
  return Buffer.from(`*${words.length}\r\n${bulks.join("")}`, "latin1");
}

export class FramedSession {
  readonly state = new SessionState();
  private readonly socket: Socket;
  private readonly requests: RequestFramer;
  private readonly replies = new ReplyFramer();
  private readonly owed: (Effect | undefined)[] = [];
  /** Replies in the order of the commands, as latin1. */
  private readonly texts: string[] = [];
  private begun = "";

  constructor({ address, port }: Endpoint, table: CommandTable) {
    this.requests = new RequestFramer(table.lookup);
    this.socket = connect({ host: address, port });
    this.socket.on("data", (chunk: Buffer) => this.take(chunk));
  }

  private take(chunk: Buffer): void {
    if (this.state.isOpaque) return;
    for (let from = 0, to = 0; from < chunk.length; from = to) {
      to = this.replies.advance(chunk, from);
      this.begun += chunk.toString("latin1", from, to === -1 ? chunk.length : to);
      if (to === -1) return;
      if (!this.replies.isPush) this.answered(this.begun);
      this.begun = "";
    }
  }

  private answered(text: string): void {
    const effect = this.owed[this.texts.push(text) - 1];
    if (effect !== undefined) this.state.replied(effect, this.replies.type === MINUS);
  }

  /** Sends whole commands without waiting. */
  send(bytes: Buffer): void {
    for (let at = 0; at < bytes.length; ) {
      at = this.requests.advance(bytes, at);
      const { command, captured } = this.requests;
      if (at === -1 || command === undefined) throw new Error("not whole commands");
      this.owed.push(this.state.sent(command, captured));
    }
    this.socket.write(bytes);
  }

  /** The last command's, when all have come. */
  async reply(): Promise<string> {
    const count = this.owed.length;
    const look = () =>
      this.texts.length === count ? seen(undefined) : missing(`${this.texts.length} of ${count}`);
    await waitFor("the replies", look, { withinMs: 10_000, everyMs: 2 });
    return this.texts.at(-1) ?? "";
  }

  /** Several go in one write. The last one's reply. */
  async do(...lines: readonly string[]): Promise<string> {
    this.send(Buffer.concat(lines.map(commandOf)));
    return await this.reply();
  }

  /** What the server says of this connection's settings. */
  async info(): Promise<Record<string, string | undefined>> {
    const text = await this.do("CLIENT INFO");
    const facts = new Map(text.split(/\s+/).map((fact) => fact.split("=", 2) as [string, string]));
    return Object.fromEntries(FACTS.map((name) => [name, facts.get(name)]));
  }

  close(): void {
    this.socket.destroy();
  }
}
