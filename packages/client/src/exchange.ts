// A conversation with one Sentinel over a socket of our own, so that no Redis library is needed for it.
import { connect as connectPlain, type Socket } from "node:net";
import { connect as connectTls, type ConnectionOptions } from "node:tls";
import { beforeDeadline } from "./deadline.ts";
import type { SentinelAddress } from "./judge.ts";
import { createDecoder, type ErrorReply, encode, isErrorReply, type Reply } from "./resp.ts";
import { withoutSecrets } from "./secrets.ts";

/** How Sentinels are reached; all of a group in the same way. */
export interface Access {
  readonly username: string | undefined;
  readonly password: string | undefined;
  readonly tls: ConnectionOptions | undefined;
}

export interface Contact extends Access {
  readonly sentinel: SentinelAddress;
}

interface Listener {
  /** The login's reply is not among these. */
  reply(reply: Reply): void;
  /** Once, whatever the reason; nothing is said afterwards. */
  end(error: Error): void;
  login?(reply: Reply): void;
}

/** A server without a password says so to whoever brings one, and answers all the same. */
export const NEEDS_NO_LOGIN = /without any password configured/;

export const isRefusedLogin = (reply: Reply | undefined): reply is ErrorReply =>
  isErrorReply(reply) && !NEEDS_NO_LOGIN.test(reply.error);

/** Several addresses of one name fail with an error that has no text of its own. */
const reasonOf = (error: Error & { readonly code?: string }): string => error.message || `${error.code}`;

/** Logs in and says the commands in one write. @returns the socket; destroying it ends everything. */
export function speak(
  { sentinel: { host, port }, username, password, tls }: Contact,
  commands: readonly (readonly string[])[],
  on: Listener,
): Socket {
  const socket = tls === undefined ? connectPlain({ host, port }) : connectTls({ ...tls, host, port });
  const login = password === undefined || password === "" ? [] : [loginWords(username, password)];
  let isLoginDue = login.length > 0;
  let hasEnded = false;
  const end = (error: Error): void => {
    if (hasEnded) return;
    hasEnded = true;
    socket.destroy();
    on.end(new Error(withoutSecrets(reasonOf(error), [password]), { cause: error }));
  };
  const decode = createDecoder((reply) => {
    if (hasEnded) return;
    if (isLoginDue) on.login?.(reply);
    else on.reply(reply);
    isLoginDue = false;
  });
  socket.setNoDelay(true);
  socket.on("error", end);
  socket.on("close", () => end(new Error("closed the connection")));
  socket.on("data", (chunk: Buffer) => {
    try {
      decode(chunk);
    } catch (error) {
      end(error as Error);
    }
  });
  socket.write(encode([...login, ...commands]));
  return socket;
}

export function loginWords(username: string | undefined, password: string): readonly string[] {
  return username === undefined || username === "" ? ["AUTH", password] : ["AUTH", username, password];
}

/** What a Sentinel answered to each command, and to the login where there was one. */
export interface Said {
  readonly login: Reply | undefined;
  readonly replies: readonly Reply[];
}

/** @throws Error (a Deadline after `timeoutMs` or on `signal`) when there are no replies to all of them */
export async function exchange(
  contact: Contact,
  commands: readonly (readonly string[])[],
  { timeoutMs, signal }: { readonly timeoutMs: number; readonly signal: AbortSignal },
): Promise<Said> {
  let socket: Socket | undefined;
  const said = new Promise<Said>((resolve, reject) => {
    const replies: Reply[] = [];
    let login: Reply | undefined;
    socket = speak(contact, commands, {
      login: (reply) => (login = reply),
      reply(reply) {
        replies.push(reply);
        if (replies.length === commands.length) resolve({ login, replies });
      },
      end: reject,
    });
  });
  try {
    return await beforeDeadline(said, timeoutMs, signal);
  } finally {
    socket?.destroy();
  }
}
