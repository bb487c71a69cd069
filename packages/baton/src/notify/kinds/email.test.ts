// E-mail against a real SMTP server from npm.
import type { AddressInfo } from "node:net";
import { once } from "node:events";
import { SMTPServer, type SMTPServerOptions } from "smtp-server";
import { afterEach, describe, expect, test } from "vitest";
import { Undeliverable } from "../channel.ts";
import { message, notice, soon, surroundings } from "../conformance.fixture.ts";
import { email } from "./email.ts";

const PASSWORD = "f0r/tests+0nly";

interface Mail {
  readonly from: string;
  readonly to: readonly string[];
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
}

interface Server {
  readonly port: number;
  readonly mails: Mail[];
  close(): Promise<void>;
}

const servers: Server[] = [];
afterEach(async () => {
  for (const one of servers.splice(0)) await one.close();
});

/** Header lines unfolded; names in lower case. */
function mailOf(raw: string, from: string, to: readonly string[]): Mail {
  const [head = "", ...rest] = raw.split("\r\n\r\n");
  const lines = head.replaceAll(/\r\n[ \t]+/g, " ").split("\r\n");
  const headers = Object.fromEntries(
    lines.map((line) => [
      line.slice(0, line.indexOf(":")).toLowerCase(),
      line.slice(line.indexOf(":") + 1).trim(),
    ]),
  );
  return { from, to, headers, text: rest.join("\r\n\r\n") };
}

async function startServer(options: SMTPServerOptions = {}): Promise<Server> {
  const mails: Mail[] = [];
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ["STARTTLS"],
    logger: false,
    onData(stream, { envelope }, done) {
      const chunks: Buffer[] = [];
      stream.on("data", (chunk: Buffer) => chunks.push(chunk));
      stream.on("end", () => {
        const from = envelope.mailFrom === false ? "" : envelope.mailFrom.address;
        const to = envelope.rcptTo.map(({ address }) => address);
        mails.push(mailOf(Buffer.concat(chunks).toString("utf8"), from, to));
        done();
      });
    },
    ...options,
  });
  server.on("error", () => undefined);
  const listening = server.listen(0, "127.0.0.1");
  await once(listening, "listening");
  const { port } = listening.address() as AddressInfo;
  const own: Server = {
    port,
    mails,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
  servers.push(own);
  return own;
}

const settingsFor = ({ port }: Pick<Server, "port">, more: object = {}) =>
  email.settings.parse({
    host: "127.0.0.1",
    port,
    tls: "never",
    from: "baton@example.org",
    to: ["oncall@example.org", "second@example.org"],
    ...more,
  });

const openOn = async (server: Pick<Server, "port">, more: object = {}) =>
  await email.open(settingsFor(server, more), surroundings({ P: PASSWORD }));

describe("email (a real SMTP server)", () => {
  test("writes one conversation: each mail answers the first one, under its subject", async () => {
    const server = await startServer();
    const channel = await openOn(server);
    const reference = await channel.send(message("open"), soon());
    await channel.send(message("update", { number: 1, reference }), soon());
    const other = { title: "main: another title by now" };
    const closing = message("close", { number: 2, reference });
    await channel.send({ ...closing, notice: { ...closing.notice, ...other } }, soon());
    const subject = "[shop] main: failover from h1 to h2, writes go on after 2.3 s";
    const first = "<baton.t-1.0@example.org>";
    expect(server.mails.map(({ headers }) => headers["subject"])).toEqual([
      subject,
      `Re: ${subject}`,
      `Re: ${subject}`,
    ]);
    expect(server.mails.map(({ headers }) => headers["message-id"])).toEqual([
      first,
      "<baton.t-1.1@example.org>",
      "<baton.t-1.2@example.org>",
    ]);
    expect(server.mails.map(({ headers }) => headers["references"])).toEqual([undefined, first, first]);
    expect(server.mails.map(({ headers }) => headers["in-reply-to"])).toEqual([undefined, first, first]);
    expect(server.mails[0]).toMatchObject({
      from: "baton@example.org",
      to: ["oncall@example.org", "second@example.org"],
      headers: { "auto-submitted": "auto-generated", "x-baton-notice": "failover-7" },
    });
    expect(server.mails[2]?.text).toContain("main: another title by now");
    expect(server.mails[2]?.text).toContain("(closed;");
  });

  test("a copy by another agent of the same thread is the same message, by its Message-ID", async () => {
    const server = await startServer();
    for (const host of ["h1", "h2"]) {
      const channel = await email.open(settingsFor(server), surroundings({}, { host }));
      await channel.send(message("open"), soon());
    }
    const ids = server.mails.map(({ headers }) => headers["message-id"]);
    expect(ids).toEqual(["<baton.t-1.0@example.org>", "<baton.t-1.0@example.org>"]);
  });

  test("nothing that a notice says becomes a header of its own", async () => {
    const server = await startServer();
    const channel = await openOn(server);
    const bad = notice({ title: "main: x\r\nBcc: evil@example.org\r\n\r\nbody" });
    await channel.send(message("open", { notice: bad }), soon());
    expect(server.mails[0]?.headers["bcc"]).toBeUndefined();
    expect(server.mails[0]?.to).toEqual(["oncall@example.org", "second@example.org"]);
  });

  test("logs in where it is asked to, and says why it was refused, without the password", async () => {
    const said: (string | undefined)[] = [];
    const server = await startServer({
      authOptional: false,
      onAuth({ username, password }, _session, done) {
        said.push(username);
        if (password === PASSWORD && username === "baton") return done(null, { user: username });
        return done(new Error(`no such user or password ${password}`));
      },
    });
    const login = { host: "127.0.0.1", user: "baton", password: { env: "P" } };
    await (await openOn(server, login)).send(message("open"), soon());
    expect(server.mails).toHaveLength(1);
    const stranger = await openOn(server, { ...login, user: "somebody" });
    const error: unknown = await stranger.send(message("open"), soon()).catch((one: unknown) => one);
    expect(error).toBeInstanceOf(Undeliverable);
    expect(String(error)).toContain("535");
    expect(String(error)).not.toContain(PASSWORD);
    expect(said).toEqual(["baton", "somebody"]);
  });

  test("what may pass is tried again, what never will is not", async () => {
    for (const [responseCode, isFinal] of [
      [450, false],
      [550, true],
    ] as const) {
      const server = await startServer({
        onRcptTo: (_address, _session, done) => done(Object.assign(new Error("no"), { responseCode })),
      });
      const channel = await openOn(server);
      const error: unknown = await channel.send(message("open"), soon()).catch((one: unknown) => one);
      expect([responseCode, error instanceof Undeliverable]).toEqual([responseCode, isFinal]);
    }
    const gone = await startServer();
    await gone.close();
    const channel = await openOn(gone);
    const error: unknown = await channel.send(message("open"), soon()).catch((one: unknown) => one);
    expect(error).not.toBeInstanceOf(Undeliverable);
    expect(String(error)).toContain("ECONNREFUSED");
  });

  test("a server that would take it in the clear only gets nothing, unless that is wanted", async () => {
    const server = await startServer();
    const channel = await openOn(server, { tls: "starttls" });
    await expect(channel.send(message("open"), soon())).rejects.toThrow(/STARTTLS/i);
    expect(server.mails).toEqual([]);
  });

  test("a server that says nothing is left at the deadline", async () => {
    const server = await startServer({ onConnect: () => undefined });
    const channel = await openOn(server);
    const ending = new AbortController();
    const sending = channel.send(message("open"), ending.signal);
    setTimeout(() => ending.abort(new Error("it took too long")), 100);
    await expect(sending).rejects.toThrow("it took too long");
  });
});

test("a password goes nowhere in the clear but to this machine", () => {
  const base = { from: "a@example.org", to: ["b@example.org"], user: "a", password: { env: "P" } };
  const judged = (more: object) => email.settings.safeParse({ ...base, ...more }).success;
  expect(judged({ host: "mail.example.org", tls: "never" })).toBe(false);
  expect(judged({ host: "127.0.0.1", tls: "never" })).toBe(true);
  expect(judged({ host: "mail.example.org" })).toBe(true);
  const { password: _left, ...without } = base;
  expect(email.settings.safeParse({ ...without, host: "m" }).success).toBe(false);
  const forged = { ...base, host: "m", to: ["a@example.org\r\nBcc: c@example.org"] };
  expect(email.settings.safeParse(forged).success).toBe(false);
});
