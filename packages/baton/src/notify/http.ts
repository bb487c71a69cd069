// Requests to a channel's far side: the targets' door to APIs, with addresses that are secrets themselves.
import { BatonError } from "../errors.ts";
import { type Answer, type Api, type Asked, openApi } from "../targets/api/api.ts";
import type { Pacer } from "../targets/api/pacer.ts";
import { ApiRefusal } from "../targets/api/refusal.ts";
import { maySendSecret } from "../targets/api/secret-url.ts";
import { Undeliverable } from "./channel.ts";

/** Not this time; another attempt may do. Every other refusal (4xx, a redirect) stays one. */
const TRY_AGAIN = new Set([408, 409, 425, 429]);
/** Far more than any vendor answers to a message. */
export const PER_SECOND = 1;

/** What a far side's answer means for the message. */
function judged(error: unknown): unknown {
  if (!(error instanceof ApiRefusal)) return error;
  const { status } = error;
  // A success of another shape: it may have taken the message, and a second one would be a copy.
  const isPassing = status >= 500 || TRY_AGAIN.has(status);
  return isPassing ? error : new Undeliverable(error.message, error);
}

/** Shorter ones are words such as `services`, and no secret. */
const PIECE_CHARACTERS_MIN = 12;

export interface SecretUrl {
  readonly origin: string;
  /** With its query; begins with a slash. */
  readonly path: string;
  /** What no message may contain. */
  readonly secrets: readonly string[];
}

/** An address whose path may be a secret, as with many chat services. */
export function partsOf(text: string): SecretUrl {
  const { origin, pathname, search, searchParams } = new URL(text);
  const path = `${pathname}${search}`;
  const pieces = [...pathname.split("/"), ...searchParams.values()].filter(
    (one) => one.length >= PIECE_CHARACTERS_MIN,
  );
  const whole = [path, pathname, search, text].filter((one) => one.length > 1);
  return { origin, path, secrets: [...whole, ...pieces] };
}

/**
 * The address of a webhook, which is all that it takes to write there.
 * @throws BatonError SECRET when it is none, or would be sent in the clear; it is never quoted.
 */
export function secretUrl(what: string, text: string): SecretUrl {
  const [plain = ""] = text.split("?");
  if (maySendSecret(plain) && URL.canParse(text) && new URL(text).hash === "") return partsOf(text);
  throw new BatonError("SECRET", `the address ${what}: expected https://..., found something else`);
}

export interface ChannelApiOptions {
  readonly vendor: string;
  readonly base: string;
  readonly pacer: Pacer;
  readonly secrets: readonly string[];
  /** Headers that prove who asks, over the bytes that are sent. */
  readonly sign?: (request: { readonly body: string }) => Readonly<Record<string, string>>;
  /** How long a 429 without a `retry-after` asks to wait, milliseconds, by a header of the vendor's own. */
  readonly resetMs?: (header: (name: string) => string | undefined) => number | undefined;
}

export interface ChannelApi {
  /** @throws Undeliverable, TryLater, Error; the signal's reason */
  ask<T>(asked: Asked<T>, signal: AbortSignal): Promise<Answer<T>>;
  close(): Promise<void>;
}

export function openChannelApi(options: ChannelApiOptions): ChannelApi {
  const api: Api = openApi(options);
  return {
    async ask<T>(asked: Asked<T>, signal: AbortSignal) {
      try {
        return await api.ask(asked, signal);
      } catch (error) {
        signal.throwIfAborted();
        throw judged(error);
      }
    },
    close: () => api.close(),
  };
}
