import { afterEach, expect, test } from "vitest";
import { type Answering, closeAll, errorOf, farSide, unended } from "../../api/far-side.fixture.ts";
import { testSurroundings } from "../../surroundings.fixture.ts";
import { Admin } from "./admin.ts";
import { LOOK } from "./documents.ts";

afterEach(closeAll);

async function adminOf(grant: unknown, said: string): Promise<Admin> {
  const answering: Answering = (response, { url }) => {
    const isGrant = url === "/admin/oauth/access_token";
    response.writeHead(isGrant ? 200 : 400).end(isGrant ? JSON.stringify(grant) : said);
  };
  const { base } = await farSide(answering);
  return new Admin({
    domain: "one.myshopify.com",
    base,
    apiVersion: "2026-07",
    token: undefined,
    client: { id: "a".repeat(16), secret: { kind: "env", name: "SECRET" } },
    surroundings: testSurroundings(),
  });
}

const where = { namespace: "$app:failover", key: "redis_endpoint" };

test("a token that was just granted is in no message, whatever else stands beside it", async () => {
  const granted = "shpat_fresh";
  for (const more of [{}, { expires_in: "soon" }, { expires_in: -1, scope: 7, user: { id: null } }]) {
    const admin = await adminOf({ access_token: granted, ...more }, `${granted} is not welcome`);
    const { message } = await errorOf(admin.ask(LOOK, where, unended));
    expect(message).toMatch(/graphql\.json is answered with 400: \*\*\* is not welcome$/);
    await admin.close();
  }
});

test("a grant without a token is said to be one", async () => {
  for (const grant of [{}, { access_token: "" }, { access_token: null }, [], "no"]) {
    const admin = await adminOf(grant, "");
    const { message } = await errorOf(admin.ask(LOOK, where, unended));
    expect(message).toMatch(
      /^Shopify one: POST \/admin\/oauth\/access_token answers in another shape: /,
    );
    await admin.close();
  }
});

test("a granted token that cannot be a header is not sent", async () => {
  const admin = await adminOf({ access_token: "shpat\r\nx-evil: 1" }, "");
  const { message } = await errorOf(admin.ask(LOOK, where, unended));
  expect(message).toBe("Shopify one: its token has characters that no token has");
  await admin.close();
});
