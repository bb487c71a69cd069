// Shopify's Admin API for tests: several shops behind one door. Every document is run on the official schema,
// or on the part of it that is known where that is absent.
import { randomBytes } from "node:crypto";
import { graphqlSync } from "graphql";
import { TEST_SECRET } from "../surroundings.fixture.ts";
import { type FakeApi, type FakeReply, type FakeRequest, openFakeApi } from "./fake-api.fixture.ts";
import { officialSchema, openGraphqlContract, PART, type Posted } from "./shopify-schema.fixture.ts";
import { FakeShop } from "./shopify-shop.fixture.ts";

const QUERY_COST = 3;
const MUTATION_COST = 10;
export const CLIENT_ID = "a".repeat(32);

export interface FakeShopify {
  readonly base: string;
  readonly requests: FakeApi["requests"];
  shop(domain: string): FakeShop;
  /** Tokens that were granted are worth nothing any more, as after a day. */
  expireGrants(): void;
  close(): Promise<void>;
}

const refusedToken: FakeReply = {
  status: 401,
  body: { errors: "[API] Invalid API key or access token (unrecognized login or wrong password)" },
};

function grantTo(shop: FakeShop, { body }: FakeRequest): FakeReply {
  const asked = body as Readonly<Record<string, unknown>>;
  const isRight = asked["client_id"] === CLIENT_ID && asked["client_secret"] === TEST_SECRET;
  if (!isRight || asked["grant_type"] !== "client_credentials" || shop.isRevoked) {
    return { status: 400, body: { error: "application_cannot_be_found" } };
  }
  const token = `shpat_${randomBytes(16).toString("hex")}`;
  shop.granted.add(token);
  shop.grants += 1;
  return {
    status: 200,
    body: { access_token: token, scope: shop.scopes.join(","), expires_in: 86_399 },
  };
}

const schema = () => {
  const official = officialSchema();
  return official.kind === "here" ? official.schema : PART;
};

function answerOf(
  shop: FakeShop,
  version: string,
  { headers, body }: FakeRequest,
): FakeReply | Promise<FakeReply> {
  const token = headers["x-shopify-access-token"];
  const isKnown = token === TEST_SECRET || shop.granted.has(String(token));
  if (shop.isRevoked || !isKnown) return refusedToken;
  const { ailment } = shop;
  if (ailment.kind === "status") return { status: ailment.status, body: ailment.body };
  if (ailment.kind === "silent") return new Promise(() => undefined);
  const { query, variables = {} } = body as Posted;
  const { isThrottled, cost } = shop.charge(query.startsWith("mutation") ? MUTATION_COST : QUERY_COST);
  const own = { "x-shopify-api-version": shop.servedVersion ?? version };
  const refuse = (code: string, message: string): FakeReply => {
    const errors = [{ message, extensions: { code } }];
    return { status: 200, headers: own, body: { errors, extensions: { cost } } };
  };
  if (isThrottled) return refuse("THROTTLED", "Throttled");
  if (ailment.kind === "error") return refuse(ailment.code, ailment.message);
  const ran = graphqlSync({
    schema: schema(),
    source: query,
    rootValue: shop.root(),
    variableValues: variables,
  });
  return { status: 200, headers: own, body: { ...ran, extensions: { cost } } };
}

export async function openFakeShopify(): Promise<FakeShopify> {
  const shops = new Map<string, FakeShop>();
  const shopOf = (domain: string): FakeShop => {
    const known = shops.get(domain) ?? new FakeShop(domain);
    shops.set(domain, known);
    return known;
  };
  const domain = "([a-z0-9-]+\\.myshopify\\.com)";
  const api = await openFakeApi({
    contract: openGraphqlContract(),
    routes: [
      [
        "POST",
        new RegExp(`^/${domain}/admin/api/(\\d{4}-\\d\\d)/graphql\\.json$`),
        (request) => answerOf(shopOf(request.params[0] ?? ""), request.params[1] ?? "", request),
      ],
      [
        "POST",
        new RegExp(`^/${domain}/admin/oauth/access_token$`),
        (request) => grantTo(shopOf(request.params[0] ?? ""), request),
      ],
    ],
    unknown: () => ({ status: 404, body: { errors: "Not Found" } }),
  });
  return {
    base: api.base,
    requests: api.requests,
    shop: shopOf,
    expireGrants() {
      for (const shop of shops.values()) shop.granted.clear();
    },
    close: () => api.close(),
  };
}
