import { expect, test } from "vitest";
import { knownTargets } from "../settings.ts";
import { shopifyMetafield } from "./shopify-metafield.ts";

const token = { env: "TOKEN" };
const one = { shop: "one.myshopify.com", token };

/** What the command line would say of such settings; "fine" when there is nothing to say. */
function said(settings: Readonly<Record<string, unknown>>): string {
  const plan = { name: "it", kind: "shopify-metafield", group: "main", on: ["h1"], settings };
  try {
    knownTargets([plan]);
    return "fine";
  } catch (error) {
    return (error as Error).message.replaceAll("target it (shopify-metafield): ", "");
  }
}

test("a shop and its token are enough, and the rest is sensible", () => {
  expect(shopifyMetafield.settings.parse({ shops: [one] })).toEqual({
    shops: [{ shop: "one.myshopify.com", token: { kind: "env", name: "TOKEN" } }],
    namespace: "$app:failover",
    key: "redis_endpoint",
    apiVersion: "2026-07",
    endpoint: "https://{shop}",
    checkEvery: 30_000,
    timeout: 12_000,
  });
});

test("each shop has a token, or all have the app's own id and secret", () => {
  const two = { shop: "two.myshopify.com" };
  const id = "0123456789abcdef";
  expect(said({ shops: [one, two] })).toBe("shops: Expected a token for each shop, or client");
  expect(said({ shops: [one, two], client: { id } })).toBe("fine");
  expect(said({ shops: [two], client: { id, secret: { file: "secret" } } })).toBe("fine");
});

test("a shop is named once, by its own address at Shopify", () => {
  expect(said({ shops: [one, { ...one, token: { env: "OTHER" } }] })).toBe(
    "shops: Expected each shop once",
  );
  expect(said({ shops: [] })).toMatch(/^shops: /);
  for (const shop of [
    "one",
    "One.myshopify.com",
    "shop.example.com",
    "one.myshopify.com/admin",
    "one.myshopify.com.evil.example",
    "-.myshopify.com",
    "https://one.myshopify.com",
    "a@one.myshopify.com",
  ]) {
    expect(said({ shops: [{ shop, token }] }), shop).toBe(
      "shops.0.shop: Expected NAME.myshopify.com, in lower case",
    );
  }
});

test("a token in the file itself is refused, and not shown", () => {
  const sentence = said({ shops: [{ ...one, token: "shpat_1234" }] });
  expect(sentence).toMatch(/^shops\.0\.token: Expected \{ env: NAME \} or \{ file: path \}/);
  expect(sentence).not.toContain("shpat_1234");
});

test("requests go over TLS, or stay on this machine", () => {
  for (const endpoint of [
    "https://{shop}",
    "https://gateway.example:8443/shopify/{shop}",
    "http://127.0.0.1:8080/{shop}",
    "http://[::1]:8080/{shop}",
    "http://localhost:8080/{shop}",
  ]) {
    expect(said({ shops: [one], endpoint }), endpoint).toBe("fine");
  }
  for (const endpoint of [
    "http://{shop}",
    "http://gateway.example/{shop}",
    "http://127.0.0.1.example/{shop}",
    "http://127.0.0.1@gateway.example/{shop}",
    "https://gateway.example",
    "https://gateway.example/{shop}/",
    "https://user:word@gateway.example/{shop}",
    "https://gateway.example/?to={shop}",
    "https://gateway.example/{shop}#",
    "ftp://gateway.example/{shop}",
    "{shop}",
  ]) {
    expect(said({ shops: [one], endpoint }), endpoint).toMatch(/^endpoint: Expected https:\/\//);
  }
});

test("the metafield is the app's own, and its names are names", () => {
  for (const namespace of ["$app", "$app:failover", "$app:my_redis-2"]) {
    expect(said({ shops: [one], namespace }), namespace).toBe("fine");
  }
  for (const namespace of ["custom", "app--1--x", "$app:", "$app:a b", "$apps:abc", ""]) {
    expect(said({ shops: [one], namespace }), namespace).toMatch(/^namespace: Expected \$app/);
  }
  for (const key of ["a", "a b", "a.b", "x".repeat(65)]) {
    expect(said({ shops: [one], key }), key).toMatch(/^key: Expected 2 to 64/);
  }
  for (const apiVersion of ["2026-7", "2026-08", "latest", "2026-07/../.."]) {
    expect(said({ shops: [one], apiVersion }), apiVersion).toMatch(/^apiVersion: Expected a version/);
  }
});
