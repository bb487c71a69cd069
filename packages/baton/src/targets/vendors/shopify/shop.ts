// One shop: what its metafield says, and leading it on. compareDigest makes the change a compare-and-set: who
// has looked at an older value changes nothing.
import { z } from "zod";
import type { Endpoint } from "../../../cluster/types.ts";
import { BatonError } from "../../../errors.ts";
import { ApiRefusal } from "../../api/refusal.ts";
import { endpointText, isSameEndpoint, type Place, type Proof } from "../../target.ts";
import { type Admin, GraphqlRefusal, inOneLine } from "./admin.ts";
import { LOOK, PROVE, SET } from "./documents.ts";

/** What a metafield holds. `other`: no endpoint; it is never quoted, since nobody knows what it is. */
export type Held =
  | { readonly kind: "nothing" }
  | { readonly kind: "place"; readonly endpoint: Endpoint; readonly epoch: number | undefined }
  | { readonly kind: "other" };

interface Look {
  /** The app's installation in this shop: it owns the metafield. */
  readonly ownerId: string;
  /** null: there is no metafield yet. */
  readonly digest: string | null;
  readonly held: Held;
}

export interface ShopOptions {
  readonly admin: Admin;
  readonly apiVersion: string;
  readonly namespace: string;
  readonly key: string;
}

/** Other agents are no more than a handful: who is overtaken so often should leave it to them. */
const ROUNDS_MAX = 4;
const OVERTAKEN = new Set(["STALE_OBJECT", "INVALID_COMPARE_DIGEST"]);
const SCOPES_SHOWN_MAX = 5;
/** What time does not mend. */
const STATUSES_FOR_GOOD = new Set([401, 402, 403, 404, 423]);
const CODES_FOR_GOOD = new Set(["ACCESS_DENIED", "SHOP_INACTIVE"]);

const stored = z.object({
  host: z.string().regex(/^[0-9A-Za-z.:_%-]{1,64}$/),
  port: z.int().min(1).max(65_535),
  epoch: z.int().min(0).optional(),
});

function heldIn(value: string | undefined): Held {
  if (value === undefined) return { kind: "nothing" };
  let parsed: unknown;
  try {
    parsed = JSON.parse(value);
  } catch {
    return { kind: "other" };
  }
  const found = stored.safeParse(parsed);
  if (!found.success) return { kind: "other" };
  const { host: address, port, epoch } = found.data;
  return { kind: "place", endpoint: { address, port }, epoch };
}

export function heldText(held: Held): string {
  if (held.kind === "nothing") return "nothing";
  if (held.kind === "other") return "something that is no endpoint";
  const { endpoint, epoch } = held;
  return `${endpointText(endpoint)} (${epoch === undefined ? "without an epoch" : `epoch ${epoch}`})`;
}

const isAt = (held: Held, { endpoint, epoch }: Place): boolean =>
  held.kind === "place" && held.epoch === epoch && isSameEndpoint(held.endpoint, endpoint);

function isForGood(error: unknown): boolean {
  if (error instanceof ApiRefusal) return STATUSES_FOR_GOOD.has(error.status);
  if (error instanceof GraphqlRefusal) return CODES_FOR_GOOD.has(error.code ?? "");
  return error instanceof BatonError && error.code === "SECRET";
}

function scopesText(scopes: readonly string[]): string {
  if (scopes.length === 0) return "the token is taken; it has no access scope, and needs none";
  const more = scopes.length - SCOPES_SHOWN_MAX;
  const shown = scopes.slice(0, SCOPES_SHOWN_MAX).join(", ");
  const list = more > 0 ? `${shown} and ${more} more` : shown;
  return `the token is taken; its access scopes, none of which this target needs: ${list}`;
}

export class Shop {
  private readonly admin: Admin;
  private readonly apiVersion: string;
  private readonly where: { readonly namespace: string; readonly key: string };

  constructor({ admin, apiVersion, namespace, key }: ShopOptions) {
    this.admin = admin;
    this.apiVersion = apiVersion;
    this.where = { namespace, key };
  }

  /** For messages. */
  get label(): string {
    return this.admin.label;
  }

  async read(signal: AbortSignal): Promise<Held> {
    return (await this.look(signal)).held;
  }

  /**
   * Looks, compares, writes, and takes the value that Shopify says it has kept for proof.
   * @throws Error when the metafield holds a newer epoch, and for whatever Shopify refuses.
   */
  async lead(place: Place, signal: AbortSignal): Promise<void> {
    for (let round = 0; round < ROUNDS_MAX; round += 1) {
      const seen = await this.look(signal);
      const { held } = seen;
      if (held.kind === "place" && held.epoch !== undefined && held.epoch > place.epoch) {
        const newer = `holds epoch ${held.epoch} (${endpointText(held.endpoint)})`;
        throw new Error(`${this.label}: ${newer}, and ${place.epoch} is older`);
      }
      if (isAt(held, place) || (await this.set(place, seen, signal))) return;
    }
    const often = `between look and change, ${ROUNDS_MAX} times in a row`;
    throw new Error(`${this.label}: somebody else has changed the metafield ${often}`);
  }

  /** @throws the signal's reason; whatever Shopify says is a proof. */
  async prove(signal: AbortSignal): Promise<readonly Proof[]> {
    const { label, apiVersion } = this;
    const right = (said: string): Proof => ({ verdict: "right", sentence: `${label}: ${said}` });
    const problem = (said: string): Proof => ({ verdict: "problem", sentence: `${label}: ${said}` });
    try {
      const { data, apiVersion: answered = apiVersion } = await this.admin.ask(
        PROVE,
        this.where,
        signal,
      );
      const { accessScopes, metafield } = data.currentAppInstallation;
      const held = heldIn(metafield?.value);
      const version = inOneLine(answered);
      const ended = `answers as API version ${version}, since ${apiVersion} is over or none; set apiVersion`;
      const replaced = "the metafield holds something that is no endpoint; the next change replaces it";
      return [
        right(scopesText(accessScopes.map(({ handle }) => inOneLine(handle)))),
        version === apiVersion ? right(`API version ${version} is served`) : problem(ended),
        held.kind === "other"
          ? problem(replaced)
          : right(`the metafield can be read: ${heldText(held)}`),
      ];
    } catch (error) {
      signal.throwIfAborted();
      const { message } = error as Error;
      // What is said of a secret that cannot be read does not begin with the shop.
      const sentence = message.startsWith(label) ? message : `${label}: ${message}`;
      return [{ verdict: isForGood(error) ? "problem" : "unknown", sentence }];
    }
  }

  close(): Promise<void> {
    return this.admin.close();
  }

  private async look(signal: AbortSignal): Promise<Look> {
    const { data } = await this.admin.ask(LOOK, this.where, signal);
    const { id: ownerId, metafield } = data.currentAppInstallation;
    return { ownerId, digest: metafield?.compareDigest ?? null, held: heldIn(metafield?.value) };
  }

  /** @returns false when somebody else was quicker. */
  private async set(place: Place, { ownerId, digest }: Look, signal: AbortSignal): Promise<boolean> {
    const { address: host, port } = place.endpoint;
    const value = JSON.stringify({ host, port, epoch: place.epoch });
    // A digest of null is one too: only if there is no metafield yet.
    const metafield = { ownerId, ...this.where, type: "json", value, compareDigest: digest };
    const { data } = await this.admin.ask(SET, { metafields: [metafield] }, signal);
    const { metafields, userErrors } = data.metafieldsSet ?? { metafields: null, userErrors: [] };
    if (userErrors.some(({ code }) => OVERTAKEN.has(code ?? ""))) return false;
    const [refused] = userErrors;
    if (refused !== undefined) {
      const { code, field, message } = refused;
      const about = field === null ? "" : ` (${inOneLine(field.join("."))})`;
      const said = `${inOneLine(code ?? "refused")}${about}: ${inOneLine(message)}`;
      throw new GraphqlRefusal(`${this.label}: ${said}`, code ?? undefined);
    }
    const kept = heldIn(metafields?.[0]?.value);
    if (isAt(kept, place)) return true;
    throw new Error(`${this.label}: took the change, and says that it holds ${heldText(kept)}`);
  }
}
