// What a process holds to speak TLS: towards Redis by `tls.redis`, towards the routers' clients by
// `tls.router`.
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { makeCertificates } from "../lab/certificates.ts";
import { openClusterFile, readClientTls } from "./open-cluster.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "baton-open-"));
  await makeCertificates(join(folder, "tls"), ["127.0.0.1"]);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const FILES = "authority: tls/authority.pem, certificate: tls/host.pem, key: tls/host.key";

/** A cluster file in the folder of the certificates, which it names by relative paths. */
async function opened(tls: string) {
  const hosts = [1, 2, 3].map((number) => `  - { name: h${number}, address: 10.0.0.${number} }`);
  const file = join(folder, "cluster.yml");
  await writeFile(file, `hosts:\n${hosts.join("\n")}\n${tls}`);
  const cluster = await openClusterFile(file, { BATON_AGENT_PASSWORD: "secret" });
  return { cluster, clientTls: async () => await readClientTls(cluster, file) };
}

test("relative paths start at the folder of the cluster file, not at that of the process", async () => {
  const { cluster, clientTls } = await opened(`tls: { ${FILES} }\n`);
  const key = await readFile(join(folder, "tls", "host.key"), "utf8");
  expect(cluster.secrets).toMatchObject({ agent: "secret", tls: { key } });
  expect(await clientTls()).toBe(cluster.secrets.tls);
});

test("with redis: false, certificates are for the clients of routers, and Redis is plain text", async () => {
  const { cluster, clientTls } = await opened(`tls: { ${FILES}, redis: false }\n`);
  expect(cluster.secrets).toEqual({ agent: "secret" });
  const certificate = await readFile(join(folder, "tls", "host.pem"), "utf8");
  expect(await clientTls()).toMatchObject({ certificate });
});

test("with router: false, clients of routers speak plain text, and Redis speaks TLS", async () => {
  const { cluster, clientTls } = await opened(`tls: { ${FILES}, router: false }\n`);
  expect(cluster.secrets.tls).toBeDefined();
  expect(await clientTls()).toBeUndefined();
});

test("without the section nothing is read, and nothing is encrypted", async () => {
  const { cluster, clientTls } = await opened("");
  expect(cluster.secrets).toEqual({ agent: "secret" });
  expect(await clientTls()).toBeUndefined();
});

test("a file that is missing is named when it is needed, and not before", async () => {
  const missing = FILES.replace("host.key", "nowhere.key");
  await expect(opened(`tls: { ${missing} }\n`)).rejects.toMatchObject({
    code: "SECRET",
    message: `the TLS key of this host: ${join(folder, "tls", "nowhere.key")}: no such file or folder`,
  });
  const { clientTls } = await opened(`tls: { ${missing}, redis: false }\n`);
  await expect(clientTls()).rejects.toMatchObject({ code: "SECRET" });
});
