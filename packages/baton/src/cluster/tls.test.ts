// The section `tls`: what it means, and what it does not take.
import { describe, expect, test } from "vitest";
import { loadCluster } from "./load.ts";

const head = `hosts:
  - { name: h1, address: 10.0.0.1 }
  - { name: h2, address: 10.0.0.2 }
  - { name: h3, address: 10.0.0.3 }
`;

function tlsOf(section: string) {
  const loaded = loadCluster(head + section, "cluster.yml");
  if (loaded.kind === "bad") throw new Error(loaded.problems.map(({ message }) => message).join("; "));
  return loaded.cluster.tls;
}

function problemsOf(section: string): readonly string[] {
  const loaded = loadCluster(head + section, "cluster.yml");
  return loaded.kind === "ok" ? [] : loaded.problems.map(({ path, message }) => `${path}: ${message}`);
}

const FILES = { authority: "/tls/authority.pem", certificate: "tls/host.pem", key: "tls/host.key" };
const written = (more = "") =>
  `tls: { authority: ${FILES.authority}, certificate: ${FILES.certificate}, key: ${FILES.key}${more} }\n`;

describe("the section tls", () => {
  test("encrypts everything, unless told otherwise, and keeps paths as they are written", () => {
    expect(tlsOf(written())).toEqual({ ...FILES, redis: true, router: true });
    expect(tlsOf(written(", redis: false"))).toEqual({ ...FILES, redis: false, router: true });
    expect(tlsOf(written(", router: false"))).toEqual({ ...FILES, redis: true, router: false });
  });

  test("is absent from a cluster whose file does not have it", () => {
    expect(tlsOf("")).toBeUndefined();
  });

  test("is refused without one of its files, with what is no switch, and with unknown keys", () => {
    expect(problemsOf("tls: { authority: a.pem, certificate: h.pem }\n")).toEqual([
      'tls.key: Key "key" is missing',
    ]);
    expect(problemsOf(written(", redis: both"))).toEqual([
      'tls.redis: Expected true or false, found "both"',
    ]);
    expect(problemsOf(written(", ca: x"))[0]).toMatch(/^tls\.ca: Unknown key "ca"/);
  });

  test("is where a setting of redis.conf that begins with tls- is pointed to", () => {
    const [problem] = problemsOf('redis: { settings: { tls-port: "6379" } }\n');
    expect(problem).toContain("the section `tls` of this file");
  });
});
