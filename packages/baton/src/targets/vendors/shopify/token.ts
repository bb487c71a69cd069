// The token with which an app speaks to one shop: given, or asked for with the app's own id and secret.
import { z } from "zod";
import type { SecretReference } from "../../../cluster/types.ts";
import type { Api } from "../../api/api.ts";
import type { Surroundings } from "../../target.ts";

export interface TokenOptions {
  /** For messages. */
  readonly label: string;
  /** NAME.myshopify.com */
  readonly domain: string;
  readonly token: SecretReference | undefined;
  /** Where there is no token, one is asked for with these. */
  readonly client: { readonly id: string; readonly secret: SecretReference } | undefined;
  readonly surroundings: Surroundings;
}

export const GRANT_PATH = "/admin/oauth/access_token";
/** A token that ends while a request is under way would fail it. */
const RENEW_EARLIER_MS = 300_000;
/** Where Shopify does not say. */
const LIFE_SECONDS = 3_600;
/** Older ones are hidden too: a message may quote what was sent a moment ago. */
const SECRETS_MAX = 8;

/** Others may be anything: a refusal for them would quote a token that nobody hides yet. */
const grant = z.object({
  access_token: z.string().min(1),
  expires_in: z.number().min(0).optional().catch(undefined),
});

export class Tokens {
  /** Everything that no message may contain; grows and shrinks. */
  readonly secrets: string[] = [];
  private readonly options: TokenOptions;
  private held: { readonly text: string; readonly endsAtMs: number } | undefined;

  constructor(options: TokenOptions) {
    this.options = options;
  }

  /** @throws BatonError SECRET; what `api` throws; Error for what cannot be one. */
  async now(api: Pick<Api, "ask">, signal: AbortSignal): Promise<string> {
    const { label, token, client, surroundings } = this.options;
    if (this.held !== undefined && surroundings.wallMs() < this.held.endsAtMs) return this.held.text;
    this.held = undefined;
    if (token !== undefined) {
      const text = this.checked(await this.read(token));
      this.held = { text, endsAtMs: Infinity };
      return text;
    }
    if (client === undefined) throw new Error(`${label}: there is neither a token nor a client`);
    const secret = await this.read(client.secret);
    const body = { client_id: client.id, client_secret: secret, grant_type: "client_credentials" };
    const answer = await api.ask({ method: "POST", path: GRANT_PATH, body, reply: grant }, signal);
    const { access_token: given, expires_in: seconds = LIFE_SECONDS } = answer.body;
    const text = this.checked(this.hide(given));
    this.held = { text, endsAtMs: surroundings.wallMs() + seconds * 1_000 - RENEW_EARLIER_MS };
    return text;
  }

  /** It was not taken: whoever asks next reads it anew, since it may have been replaced. */
  forget(): void {
    this.held = undefined;
  }

  private async read(reference: SecretReference): Promise<string> {
    const { domain, surroundings } = this.options;
    const what = `of target ${surroundings.name} for ${domain}`;
    return this.hide(await surroundings.readSecret(what, reference));
  }

  private hide(secret: string): string {
    if (!this.secrets.includes(secret)) this.secrets.push(secret);
    if (this.secrets.length > SECRETS_MAX) this.secrets.shift();
    return secret;
  }

  /** It becomes a header; whoever refuses that one would quote it, changed a little. */
  private checked(text: string): string {
    if (/^[\x21-\x7e]{1,1024}$/.test(text)) return text;
    throw new Error(`${this.options.label}: its token has characters that no token has`);
  }
}
