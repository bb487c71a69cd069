import { expect, test } from "vitest";
import { z } from "zod";
import { ovhAccess, placesOf } from "./access.ts";

const table = z.strictObject(ovhAccess);
const problemOf = (settings: Readonly<Record<string, unknown>>): string => {
  const read = table.safeParse(settings);
  return read.success ? "" : (read.error.issues[0]?.message ?? "");
};

test("a region stands for its API and for where its tokens come from", () => {
  expect(placesOf(table.parse({}))).toEqual({
    base: "https://eu.api.ovh.com/1.0",
    tokenUrl: "https://www.ovh.com/auth/oauth2/token",
  });
  expect(placesOf(table.parse({ endpoint: "ca" })).base).toBe("https://ca.api.ovh.com/1.0");
  expect(placesOf(table.parse({ endpoint: "us" })).base).toBe("https://api.us.ovhcloud.com/1.0");
});

test("a gateway is a URL that keeps secrets: encrypted, or on the machine itself", () => {
  for (const endpoint of [
    "https://gateway.example/1.0",
    "http://127.0.0.1:8080/1.0",
    "http://[::1]/1.0",
  ]) {
    expect(problemOf({ endpoint })).toBe("");
    expect(placesOf(table.parse({ endpoint }))).toEqual({ base: endpoint, tokenUrl: undefined });
  }
  const refused = [
    "http://gateway.example/1.0",
    "http://127.0.0.1.example/1.0",
    "https://user:word@gateway.example/1.0",
    "https://gateway.example/1.0/",
    "https://gateway.example/1.0?key=1",
    "ftp://gateway.example",
    "toString",
    "",
  ];
  for (const endpoint of refused)
    expect(problemOf({ endpoint }), endpoint).toMatch(/^Expected eu, ca, us/);
  expect(problemOf({ tokenUrl: "http://gateway.example/token" })).toMatch(/^Expected a URL with https/);
});

test("secrets are references only", () => {
  const { consumerKey } = table.parse({ consumerKey: { file: "/run/credentials/ck" } });
  expect(consumerKey).toEqual({ kind: "file", path: "/run/credentials/ck" });
  expect(problemOf({ consumerKey: "MtSw" })).toMatch(/Expected/);
  expect(problemOf({ consumerKey: "MtSw" })).not.toContain("MtSw");
});
