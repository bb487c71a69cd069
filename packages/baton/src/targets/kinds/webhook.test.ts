import { createHmac } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, expect, test } from "vitest";
import { closeServer, listenOn } from "../../sys/sockets.ts";
import { conformance } from "../conformance.fixture.ts";
import { type Change, RouteRejected } from "../target.ts";
import { webhook } from "./webhook.ts";
import { testSurroundings } from "../surroundings.fixture.ts";

interface Received {
  readonly headers: IncomingMessage["headers"];
  readonly body: string;
}

interface Receiver {
  readonly url: string;
  readonly received: Received[];
  /** The next answers; 0 gives none at all. */
  status: number;
  close(): Promise<void>;
}

async function openReceiver(): Promise<Receiver> {
  const hanging: ServerResponse[] = [];
  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
    if (receiver.status === 0) return void hanging.push(response);
    const isTaken = receiver.status < 300;
    if (isTaken) {
      receiver.received.push({ headers: request.headers, body: Buffer.concat(chunks).toString("utf8") });
    }
    response.writeHead(receiver.status, { location: "/elsewhere" }).end("<html>whatever</html>");
  };
  const server: Server = createServer((request, response) => void answer(request, response));
  await listenOn(server, { address: "127.0.0.1", port: 0 });
  const { port } = server.address() as AddressInfo;
  const receiver: Receiver = {
    url: `http://127.0.0.1:${port}/hooks/secret-path`,
    received: [],
    status: 204,
    async close() {
      for (const response of hanging) response.destroy();
      server.closeAllConnections();
      await closeServer(server);
    },
  };
  return receiver;
}

const change: Change = {
  group: "main",
  endpoint: { address: "10.9.0.2", port: 6380 },
  epoch: 9,
  from: { address: "10.9.0.1", port: 6379 },
  role: "leader",
};
const unended = new AbortController().signal;

let receiver: Receiver | undefined;
afterEach(async () => {
  await receiver?.close();
  receiver = undefined;
});

async function send(status: number): Promise<Received | undefined> {
  receiver ??= await openReceiver();
  receiver.status = status;
  const settings = webhook.settings.parse({ url: receiver.url });
  const target = await webhook.open(
    settings,
    testSurroundings({ readSecret: () => Promise.resolve("key"), wallMs: () => 1_700_000_000_999 }),
  );
  await target.write(change, unended);
  return receiver.received.at(-1);
}

conformance(webhook, async () => {
  const own = await openReceiver();
  const to = (status: number) => () => {
    own.status = status;
    return Promise.resolve();
  };
  return {
    settings: { url: own.url, timeout: "5s" },
    refuse: to(503),
    stall: to(0),
    recover: to(204),
    close: () => own.close(),
    shown() {
      const last = own.received.at(-1);
      if (last === undefined) return new Promise((resolve) => setImmediate(() => resolve(undefined)));
      const { to: end } = JSON.parse(last.body) as { to: { address: string; port: number } };
      return new Promise((resolve) => setImmediate(() => resolve(`${end.address}:${end.port}`)));
    },
  };
});

test("sends both ends and the epoch, signed over time and body, with a key against repetition", async () => {
  const got = await send(200);
  expect(JSON.parse(got?.body ?? "")).toEqual({
    event: "primary",
    name: "main",
    epoch: 9,
    from: { address: "10.9.0.1", port: 6379 },
    to: { address: "10.9.0.2", port: 6380 },
    ts: 1_700_000_000,
  });
  const signature = createHmac("sha256", "key").update(`1700000000.${got?.body}`).digest("hex");
  expect(got?.headers).toMatchObject({
    "content-type": "application/json",
    "idempotency-key": "main/9",
    "x-baton-epoch": "9",
    "x-baton-timestamp": "1700000000",
    "x-baton-signature": `sha256=${signature}`,
  });
});

test("a refusal that will stay one ends the attempts; one that may pass does not", async () => {
  for (const status of [301, 400, 401, 404, 410]) {
    await expect(send(status)).rejects.toThrow(RouteRejected);
  }
  for (const status of [408, 409, 425, 429, 500, 503]) {
    const error: unknown = await send(status).catch((one: unknown) => one);
    expect(error).not.toBeInstanceOf(RouteRejected);
    expect(String(error)).toContain(`answered ${status}`);
  }
});

test("no message names the path, which may be a secret, or follows a redirect", async () => {
  const error: unknown = await send(302).catch((one: unknown) => one);
  expect(String(error)).toMatch(/^RouteRejected: http:\/\/127.0.0.1:\d+ answered 302$/);
  const { url = "" } = receiver ?? {};
  await receiver?.close();
  const target = await webhook.open(
    webhook.settings.parse({ url }),
    testSurroundings({ readSecret: () => Promise.resolve("key"), wallMs: () => 0 }),
  );
  const refused: unknown = await target.write(change, unended).catch((one: unknown) => one);
  expect(String(refused)).toContain("ECONNREFUSED");
  expect(String(refused)).not.toContain("secret-path");
});

test("a URL with a user, or of another protocol, is no URL for this", () => {
  for (const url of ["ftp://example.com/", "https://user:word@example.com/", "example.com", ""]) {
    expect(webhook.settings.safeParse({ url }).success, url).toBe(false);
  }
});
