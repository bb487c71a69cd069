// One door to a vendor's HTTP API: bounded in time and size, replies read by a table, secrets kept out of
// every message. It never repeats a request: whoever asks knows what may be repeated.
import { Agent, fetch, type Response } from "undici";
import type { z } from "zod";
import { TryLater } from "../target.ts";
import type { Pacer } from "./pacer.ts";
import { ApiRefusal, excerptOf, laterMs } from "./refusal.ts";

const REPLY_BYTES_MAX = 4 * 1024 * 1024;
const CONNECT_MS = 3_000;

export interface Asked<T> {
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** Begins with a slash, its parts already encoded; appended to the base. */
  readonly path: string;
  /** Sent as JSON. */
  readonly body?: unknown;
  /** What an answer has to look like; without it the body of a success is not looked at. */
  readonly reply?: z.ZodType<T>;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface Answer<T> {
  readonly status: number;
  readonly header: (name: string) => string | undefined;
  readonly body: T;
}

export interface ApiOptions {
  /** The vendor's name, for messages. */
  readonly vendor: string;
  /** Without a slash at its end. */
  readonly base: string;
  readonly pacer: Pacer;
  /** Values that no message may contain. */
  readonly secrets: readonly string[];
  /** Headers that prove who asks, over the bytes that are sent; asked anew for each request. */
  readonly sign?: (
    request: { readonly method: string; readonly url: string; readonly body: string },
    signal: AbortSignal,
  ) => Promise<Readonly<Record<string, string>>> | Readonly<Record<string, string>>;
  readonly tls?: { readonly ca?: string; readonly cert?: string; readonly key?: string };
}

export interface Api {
  /**
   * @throws ApiRefusal for an answer that is no success, or none of the expected shape; TryLater for 429 and
   *   503 with a time; Error for what the network says; the signal's reason.
   */
  ask<T>(asked: Asked<T>, signal: AbortSignal): Promise<Answer<T>>;
  close(): Promise<void>;
}

/** Reads no further than the limit: a far side that never ends must not fill the memory. */
async function textOf(response: Response, vendor: string): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of response.body ?? []) {
    bytes += (chunk as Uint8Array).byteLength;
    if (bytes > REPLY_BYTES_MAX) {
      throw new Error(`${vendor}: the answer is longer than ${REPLY_BYTES_MAX} bytes`);
    }
    chunks.push(chunk as Uint8Array);
  }
  return Buffer.concat(chunks).toString("utf8");
}

function parsed<T>(text: string, asked: Asked<T>, refuse: (what: string) => ApiRefusal): T {
  if (asked.reply === undefined) return undefined as T;
  let value: unknown;
  try {
    value = text === "" ? undefined : JSON.parse(text);
  } catch {
    throw refuse("answers with something that is no JSON");
  }
  const read = asked.reply.safeParse(value);
  if (read.success) return read.data;
  const [issue] = read.error.issues;
  throw refuse(`answers in another shape: ${issue?.path.join(".") ?? ""}: ${issue?.message ?? ""}`);
}

export function openApi(options: ApiOptions): Api {
  const { vendor, base, pacer, secrets, sign, tls = {} } = options;
  const dispatcher = new Agent({ connect: { timeout: CONNECT_MS, ...tls }, connections: 2 });
  const hidden = (text: string) =>
    secrets.reduce((shown, one) => (one === "" ? shown : shown.replaceAll(one, "***")), text);

  async function send(asked: Asked<unknown>, signal: AbortSignal): Promise<Response> {
    const url = `${base}${asked.path}`;
    const body = asked.body === undefined ? "" : JSON.stringify(asked.body);
    await pacer.turn(signal);
    const proof = await sign?.({ method: asked.method, url, body }, signal);
    const kind = body === "" ? {} : { "content-type": "application/json" };
    const headers = {
      accept: "application/json",
      "user-agent": "baton",
      ...kind,
      ...asked.headers,
      ...proof,
    };
    try {
      const sent = { method: asked.method, redirect: "manual" as const, signal, dispatcher, headers };
      return await fetch(url, body === "" ? sent : { ...sent, body });
    } catch (cause) {
      throw unreachable(cause, signal);
    }
  }

  function unreachable(cause: unknown, signal: AbortSignal): Error {
    signal.throwIfAborted();
    const inner = (cause as Error).cause;
    const reason = inner instanceof Error ? inner.message : (cause as Error).message;
    return new Error(hidden(`${vendor}: ${new URL(base).host}: ${reason}`), { cause });
  }

  return {
    async ask<T>(asked: Asked<T>, signal: AbortSignal): Promise<Answer<T>> {
      const response = await send(asked, signal);
      let text: string;
      try {
        text = await textOf(response, vendor);
      } catch (cause) {
        throw unreachable(cause, signal);
      }
      const { status } = response;
      const header = (name: string) => response.headers.get(name) ?? undefined;
      const refuse = (what: string) => {
        const [path = ""] = asked.path.split("?");
        const said = `${vendor}: ${asked.method} ${path} ${what}${excerptOf(text)}`;
        return new ApiRefusal(hidden(said), status, hidden(text));
      };
      if (status < 200 || status > 299) {
        const refusal = refuse(`is answered with ${status}`);
        const waitMs = laterMs(status, header);
        if (waitMs !== undefined) throw new TryLater(refusal.message, waitMs);
        throw refusal;
      }
      return { status, header, body: parsed(text, asked, refuse) };
    },
    close: () => dispatcher.destroy(),
  };
}
