// One door to a vendor's HTTP API: bounded in time and size, replies read by a table, secrets kept out of
// every message. It never repeats a request: whoever asks knows what may be repeated.
import { Agent, fetch, type Response } from "undici";
import type { z } from "zod";
import { TryLater } from "../target.ts";
import type { Pacer } from "./pacer.ts";
import { ApiRefusal, excerptOf, laterMs, withoutSecrets } from "./refusal.ts";

const REPLY_BYTES_MAX = 4 * 1024 * 1024;
const CONNECT_MS = 3_000;
/** Characters of a vendor's number of a request. */
const TRACE_MAX = 80;

export interface Asked<T> {
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** Begins with a slash, its parts already encoded; appended to the base. */
  readonly path: string;
  /** Sent as JSON. */
  readonly body?: unknown;
  /** Sent instead as a form, as OAuth2 asks for. */
  readonly form?: Readonly<Record<string, string>>;
  /** What an answer has to look like; without it the body of a success is not looked at. */
  readonly reply?: z.ZodType<T>;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface Answer<T> {
  readonly status: number;
  readonly header: (name: string) => string | undefined;
  readonly body: T;
}

/** An answer that is a refusal, without secrets. */
export interface Refused {
  readonly method: string;
  /** Without its query. */
  readonly path: string;
  readonly status: number;
  readonly body: string;
}

export interface ApiOptions {
  /** The vendor's name, for messages. */
  readonly vendor: string;
  /** Without a slash at its end. */
  readonly base: string;
  readonly pacer: Pacer;
  /** Values that no message may contain. Looked at anew for each message: there may be more by then. */
  readonly secrets: readonly string[];
  /** Headers that prove who asks, over the bytes that are sent; asked anew for each request. */
  readonly sign?: (
    request: { readonly method: string; readonly url: string; readonly body: string },
    signal: AbortSignal,
  ) => Promise<Readonly<Record<string, string>>> | Readonly<Record<string, string>>;
  /** What the vendor's own words mean, for the end of a sentence; default: the first words of the body. */
  readonly saidOf?: (refused: Refused) => string;
  /** The header of answers that the vendor's support asks for. */
  readonly traceHeader?: string;
  readonly tls?: { readonly ca?: string; readonly cert?: string; readonly key?: string };
  /** How long a 429 without a `retry-after` asks to wait, milliseconds, by a header of the vendor's own. */
  readonly resetMs?: (header: (name: string) => string | undefined) => number | undefined;
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
async function textOf(response: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of response.body ?? []) {
    bytes += (chunk as Uint8Array).byteLength;
    if (bytes > REPLY_BYTES_MAX) {
      throw new Error(`the answer is longer than ${REPLY_BYTES_MAX} bytes`);
    }
    chunks.push(chunk as Uint8Array);
  }
  return Buffer.concat(chunks).toString("utf8");
}

function sentOf({ body: json, form, headers }: Asked<unknown>) {
  const fields = form === undefined ? undefined : new URLSearchParams(form).toString();
  const body = fields ?? (json === undefined ? "" : JSON.stringify(json));
  const type = form === undefined ? "application/json" : "application/x-www-form-urlencoded";
  const kind = body === "" ? {} : { "content-type": type };
  return { body, headers: { accept: "application/json", "user-agent": "baton", ...kind, ...headers } };
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
  const { vendor, base, pacer, secrets, sign, saidOf, traceHeader, tls = {}, resetMs } = options;
  const dispatcher = new Agent({ connect: { timeout: CONNECT_MS, ...tls }, connections: 2 });
  const hidden = (text: string) => withoutSecrets(text, secrets);

  async function send(asked: Asked<unknown>, signal: AbortSignal): Promise<Response> {
    const url = `${base}${asked.path}`;
    const { body, headers: own } = sentOf(asked);
    await pacer.turn(signal);
    const proof = await sign?.({ method: asked.method, url, body }, signal);
    const headers = { ...own, ...proof };
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
    const { message, code, name } = (inner instanceof Error ? inner : cause) as NodeJS.ErrnoException;
    // What has failed at each of a name's addresses has no message of its own.
    const reason = [message, code, name].find((one) => one !== undefined && one !== "");
    return new Error(hidden(`${vendor}: ${new URL(base).host}: ${reason ?? "broken"}`), { cause });
  }

  return {
    async ask<T>(asked: Asked<T>, signal: AbortSignal): Promise<Answer<T>> {
      const response = await send(asked, signal);
      let text: string;
      try {
        text = await textOf(response);
      } catch (cause) {
        throw unreachable(cause, signal);
      }
      const { status } = response;
      const header = (name: string) => response.headers.get(name) ?? undefined;
      const refuse = (what: string) => {
        const [path = ""] = asked.path.split("?");
        // First of all: an excerpt might end in the middle of a secret.
        const body = hidden(text);
        const refused = { method: asked.method, path, status, body };
        const said = `${vendor}: ${asked.method} ${path} ${what}${saidOf?.(refused) ?? excerptOf(body)}`;
        const number = traceHeader === undefined ? undefined : header(traceHeader)?.slice(0, TRACE_MAX);
        const trace = number === undefined ? undefined : `${traceHeader} ${number}`;
        return new ApiRefusal(hidden(said), status, body, trace);
      };
      if (status < 200 || status > 299) {
        const refusal = refuse(`is answered with ${status}`);
        const waitMs = laterMs(status, header, resetMs);
        if (waitMs !== undefined) throw new TryLater(refusal.message, waitMs);
        throw refusal;
      }
      return { status, header, body: parsed(text, asked, refuse) };
    },
    close: () => dispatcher.destroy(),
  };
}
