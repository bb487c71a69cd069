import { expect, test } from "vitest";
import { BatonError } from "../../errors.ts";
import { testSurroundings } from "../surroundings.fixture.ts";
import { dnsUpdate } from "./dns-update.ts";

const right = {
  server: "192.0.2.53",
  zone: "dr.example.com",
  record: "redis.dr.example.com",
  key: "baton",
};
const problemsOf = (more: object) => {
  const read = dnsUpdate.settings.safeParse({ ...right, ...more });
  return (read.error?.issues ?? []).map(({ path, message }) => `${path.join(".")}: ${message}`);
};

test("takes names as people write them, and the port of DNS where none is given", () => {
  const more = { record: "Redis.DR.Example.com.", key: "Baton-Key." };
  expect(dnsUpdate.settings.parse({ ...right, ...more })).toMatchObject({
    server: { host: "192.0.2.53", port: 53 },
    record: "redis.dr.example.com",
    key: "baton-key",
    algorithm: "hmac-sha256",
    ttl: 5_000,
  });
  const six = dnsUpdate.settings.parse({ ...right, server: "[2001:db8::53]:5353" });
  expect(six).toMatchObject({ server: { host: "2001:db8::53", port: 5_353 } });
  expect(dnsUpdate.reachedAt?.(six)).toEqual(["[2001:db8::53]:5353"]);
});

test("names what is no name, no server, no whole second, or not in the zone", () => {
  expect(problemsOf({ record: "redis.example.com" })).toEqual(["record: Expected a name in the zone"]);
  expect(problemsOf({ record: "badr.example.com" })).toEqual(["record: Expected a name in the zone"]);
  expect(problemsOf({ ttl: "1500ms" })).toEqual(["ttl: Expected whole seconds"]);
  for (const server of ["", "2001:db8::53", "dns.example.com:0", "dns.example.com:65536", "a b", "-x"]) {
    expect(problemsOf({ server }), server).toEqual([
      "server: Expected ADDRESS or ADDRESS:PORT, IPv6 in brackets",
    ]);
  }
  for (const key of ["", "a..b", "key\nname", "a".repeat(64), `${"a.".repeat(130)}a`]) {
    expect(problemsOf({ key }), key).toEqual([
      "key: Expected a domain name: letters, digits, - and _ between dots",
    ]);
  }
});

test("a key that is no key is said without a word of it", async () => {
  const signal = new AbortController().signal;
  for (const text of ["", "hunter2!", "hunter 2", "=="]) {
    const surroundings = testSurroundings({ readSecret: () => Promise.resolve(text) });
    const target = await dnsUpdate.open(dnsUpdate.settings.parse(right), surroundings);
    const error: unknown = await target.read?.(signal).catch((one: unknown) => one);
    expect(error).toBeInstanceOf(BatonError);
    expect(String(error)).toBe("BatonError: the TSIG key of target it is not in base64");
  }
});
