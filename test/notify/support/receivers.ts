// Real receivers for a scenario: an HTTP server that takes signed messages, and an SMTP server.
import { createHmac } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { SMTPServer } from "smtp-server";
import { closeServer, listenOn } from "../../../packages/baton/src/sys/sockets.ts";

export interface Hooked {
  readonly as: string;
  readonly thread: string;
  readonly number: number;
  readonly key: string;
  readonly notice: { readonly id: string; readonly kind: string; readonly title: string };
}

export interface HookReceiver {
  readonly url: string;
  readonly messages: readonly Hooked[];
  /** Messages whose signature was wrong. */
  readonly forged: number;
  close(): Promise<void>;
}

async function textOf(stream: AsyncIterable<Buffer>): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks).toString("utf8");
}

export async function startHookReceiver(secret: string): Promise<HookReceiver> {
  const messages: Hooked[] = [];
  let forged = 0;
  const server = createServer((incoming, response) => {
    const take = async () => {
      const text = await textOf(incoming);
      const { headers } = incoming;
      const signed = `${String(headers["x-baton-timestamp"])}.${text}`;
      const expected = `sha256=${createHmac("sha256", secret).update(signed).digest("hex")}`;
      if (headers["x-baton-signature"] === expected)
        messages.push({ ...(JSON.parse(text) as Hooked), key: String(headers["idempotency-key"]) });
      else forged += 1;
      response.writeHead(204).end();
    };
    take().catch(() => incoming.socket.destroy());
  });
  await listenOn(server, { address: "127.0.0.1", port: 0 });
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/hook`,
    messages,
    get forged() {
      return forged;
    },
    async close() {
      server.closeAllConnections();
      await closeServer(server);
    },
  };
}

export interface ReceivedMail {
  readonly notice: string;
  readonly subject: string;
  readonly id: string;
  /** Empty for the first of a conversation. */
  readonly references: string;
  readonly text: string;
}

export interface MailReceiver {
  readonly port: number;
  readonly mails: readonly ReceivedMail[];
  close(): Promise<void>;
}

export async function startMailReceiver(): Promise<MailReceiver> {
  const mails: ReceivedMail[] = [];
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ["STARTTLS", "AUTH"],
    logger: false,
    onData(stream, _session, done) {
      const take = async () => {
        const raw = await textOf(stream);
        const [head = "", text = ""] = raw.split("\r\n\r\n", 2);
        const lines = head.replaceAll(/\r\n[ \t]+/g, " ").split("\r\n");
        const header = (name: string) =>
          lines
            .find((line) => line.toLowerCase().startsWith(`${name}:`))
            ?.slice(name.length + 1)
            .trim() ?? "";
        const about = { notice: header("x-baton-notice"), subject: header("subject") };
        mails.push({ ...about, id: header("message-id"), references: header("references"), text });
      };
      take().then(
        () => done(),
        (error: unknown) => done(error as Error),
      );
    },
  });
  server.on("error", () => undefined);
  const listening = server.listen(0, "127.0.0.1");
  await once(listening, "listening");
  const { port } = listening.address() as AddressInfo;
  return { port, mails, close: () => new Promise((resolve) => server.close(() => resolve())) };
}
