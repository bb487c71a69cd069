// The Admin API of one shop: GraphQL over HTTP, and what its answers mean. Shopify says most refusals with
// status 200.
import { type Api, openApi } from "../../api/api.ts";
import { ApiRefusal } from "../../api/refusal.ts";
import { TryLater } from "../../target.ts";
import type { Document } from "./documents.ts";
import { type Cost, envelope, type GraphqlError, throttleMs } from "./envelope.ts";
import { GRANT_PATH, type TokenOptions, Tokens } from "./token.ts";

export interface AdminOptions extends Omit<TokenOptions, "label"> {
  /** Without a slash at its end. */
  readonly base: string;
  /** Such as 2026-07. */
  readonly apiVersion: string;
}

export interface Told<T> {
  readonly data: T;
  /** As which version Shopify has answered; undefined when it does not say. */
  readonly apiVersion: string | undefined;
}

/** An answer with status 200 that is a refusal all the same. */
export class GraphqlRefusal extends Error {
  /** Such as ACCESS_DENIED; undefined where Shopify gives none. */
  readonly code: string | undefined;
  constructor(message: string, code: string | undefined) {
    super(message);
    this.name = "GraphqlRefusal";
    this.code = code;
  }
}

/** The smallest shop restores 100 points a second, and a change costs some 12 of them. */
const REQUESTS_PER_SECOND = 5;
const SAID_CHARACTERS_MAX = 200;

const ADVICE: Readonly<Record<number, string>> = {
  401: "is the app still installed there, and this its token?",
  402: "the shop is frozen until its owner has paid Shopify",
  403: "Shopify does not let this app in, or no longer",
  404: "is there such a shop, and such an API version?",
  423: "Shopify has locked the shop: its owner has to ask Shopify's support",
};

/** What somebody else has written, for the end of a sentence. */
export const inOneLine = (text: string): string =>
  text
    .replaceAll(/[\s\p{Cc}]+/gu, " ")
    .trim()
    .slice(0, SAID_CHARACTERS_MAX);

function refusalOf(label: string, errors: readonly GraphqlError[], cost: Cost | undefined): Error {
  const throttled = errors.find(({ extensions }) => extensions?.code === "THROTTLED");
  if (throttled !== undefined) {
    // Without the time: the journal takes every other sentence for news.
    const sentence = `${label}: throttled: the app has used up its points in this shop`;
    return new TryLater(sentence, throttleMs(cost ?? throttled.extensions?.cost));
  }
  const [first] = errors;
  const code = first?.extensions?.code;
  const said = inOneLine(first?.message ?? "");
  const sentence = code === undefined ? said : `${inOneLine(code)}: ${said}`;
  return new GraphqlRefusal(`${label}: ${sentence}`, code);
}

export class Admin {
  /** For messages: all of them begin with it. */
  readonly label: string;
  private readonly api: Api;
  private readonly tokens: Tokens;
  private readonly path: string;

  constructor(options: AdminOptions) {
    const { domain, base, apiVersion, surroundings } = options;
    this.label = `Shopify ${domain.replace(/\.myshopify\.com$/, "")}`;
    this.path = `/admin/api/${apiVersion}/graphql.json`;
    this.tokens = new Tokens({ ...options, label: this.label });
    const api: Api = openApi({
      vendor: this.label,
      base,
      pacer: surroundings.pacerOf(`shopify ${domain}`, REQUESTS_PER_SECOND),
      secrets: this.tokens.secrets,
      sign: async ({ url }, signal) => {
        if (url === `${base}${GRANT_PATH}`) return {};
        return { "x-shopify-access-token": await this.tokens.now(api, signal) };
      },
    });
    this.api = api;
  }

  /**
   * @throws ApiRefusal for a status that is no success; GraphqlRefusal for one that is, with errors;
   *   TryLater when it is throttled; BatonError SECRET; Error; the signal's reason.
   */
  async ask<T>(
    document: Document<T>,
    variables: Readonly<Record<string, unknown>>,
    signal: AbortSignal,
  ): Promise<Told<T>> {
    const answer = await this.post({ query: document.text, variables }, signal);
    const { data, errors = [], extensions } = answer.body;
    if (errors.length > 0) throw refusalOf(this.label, errors, extensions?.cost);
    const found = document.data.safeParse(data);
    if (found.success) return { data: found.data, apiVersion: answer.header("x-shopify-api-version") };
    const [issue] = found.error.issues;
    const where = issue?.path.join(".") ?? "";
    throw new Error(`${this.label}: answers in another shape: ${where}: ${issue?.message ?? ""}`);
  }

  close(): Promise<void> {
    return this.api.close();
  }

  private async post(body: unknown, signal: AbortSignal) {
    try {
      return await this.api.ask({ method: "POST", path: this.path, body, reply: envelope }, signal);
    } catch (error) {
      if (!(error instanceof ApiRefusal)) throw error;
      const { status, message } = error;
      if (status === 401 || status === 403) this.tokens.forget();
      const advice = ADVICE[status];
      throw advice === undefined ? error : new ApiRefusal(`${message}; ${advice}`, status, error.body);
    }
  }
}
