// When certificates are over, by real ones.
import { X509Certificate } from "node:crypto";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { TargetPlan } from "../cluster/types.ts";
import { type CertificateFiles, makeCertificates } from "../lab/certificates.ts";
import { authorityEndsAtMs, chainEndsAtMs } from "../sys/certificate-dates.ts";
import { readTlsMaterial } from "../sys/tls-files.ts";
import { missing, seen, waitFor } from "../sys/wait.ts";
import { type Certificates, openCertificates } from "./certificates.ts";

let folder: string;
let own: CertificateFiles;
let other: CertificateFiles;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "baton-dates-"));
  own = await makeCertificates(join(folder, "own"), ["127.0.0.1"]);
  other = await makeCertificates(join(folder, "other"), ["127.0.0.1"]);
});
afterAll(() => rm(folder, { recursive: true }));

/** As the certificate itself says it. */
const endOf = (pem: string): number => Date.parse(new X509Certificate(pem).validTo);
const textOf = async (path: string) => await readFile(path, "utf8");

let nowMs = 0;
const clock = { monotonicMs: () => nowMs };
const NOTHING = { tls: undefined, clientTls: undefined, targets: [], clock };

const target = (name: string, tls: unknown): TargetPlan => {
  return { name, kind: "etcd", group: "main", on: ["h1"], settings: { tls } };
};

async function untilFacts(certificates: Certificates, count: number) {
  const look = () => {
    const facts = certificates.facts();
    return facts.length === count ? seen(facts) : missing(`${facts.length} facts`);
  };
  return await waitFor(`${count} certificates`, look, { withinMs: 5_000, everyMs: 5 });
}

test("the agent's own are told as it holds them, from whichever side it has them", async () => {
  const material = await readTlsMaterial(own);
  const expected = [
    { use: "authority", expiresAtMs: endOf(material.authority) },
    { use: "certificate", expiresAtMs: endOf(material.certificate) },
  ];
  expect(openCertificates({ ...NOTHING, tls: material }).facts()).toEqual(expected);
  expect(openCertificates({ ...NOTHING, clientTls: material }).facts()).toEqual(expected);
  expect(openCertificates(NOTHING).facts()).toEqual([]);
  const withoutOwn = { ...material, certificate: "", key: "" };
  expect(openCertificates({ ...NOTHING, tls: withoutOwn }).facts()).toEqual(expected.slice(0, 1));
});

test("of a bundle of authorities only the signer counts, of a chain the first to end", async () => {
  const [signer, chain, stranger] = await Promise.all(
    [own.authority, own.certificate, other.authority].map(textOf),
  );
  if (signer === undefined || chain === undefined || stranger === undefined) throw new Error("no files");
  expect(authorityEndsAtMs(`${stranger}\n${signer}`, chain)).toBe(endOf(signer));
  expect(authorityEndsAtMs(stranger, chain)).toBe(endOf(stranger));
  expect(chainEndsAtMs(`${chain}${signer}`)).toBe(Math.min(endOf(chain), endOf(signer)));
});

const UNREADABLE = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
test.each(["", "hello", UNREADABLE])("%j has no date", (text) => {
  expect([chainEndsAtMs(text), authorityEndsAtMs(text, text)]).toEqual([undefined, undefined]);
});

test("files of targets are read behind the scenes, and again as somebody may have renewed them", async () => {
  const path = join(folder, "renewed.pem");
  await writeFile(path, await textOf(own.certificate));
  const targets = [
    target("store", { authority: own.authority, certificate: path, key: own.key }),
    target("plain", undefined),
    target("lost", { authority: join(folder, "nowhere.pem") }),
    target("strange", "yes"),
  ];
  const certificates = openCertificates({ ...NOTHING, targets });
  expect(certificates.facts()).toEqual([]);
  expect(await untilFacts(certificates, 2)).toEqual([
    { use: "authority of target store", expiresAtMs: endOf(await textOf(own.authority)) },
    { use: "certificate of target store", expiresAtMs: endOf(await textOf(own.certificate)) },
  ]);
  await rm(path);
  nowMs += 599_000;
  expect(certificates.facts()).toHaveLength(2);
  nowMs += 2_000;
  expect(await untilFacts(certificates, 1)).toMatchObject([{ use: "authority of target store" }]);
});
