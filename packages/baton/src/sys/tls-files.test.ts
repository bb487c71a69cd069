// The files of a TLS identity: what is wrong with them is said when they are read, with the path.
import { execFile } from "node:child_process";
import { copyFile, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type CertificateFiles, makeCertificates } from "../lab/certificates.ts";
import { readTlsMaterial } from "./tls-files.ts";

let folder: string;
let own: CertificateFiles;
let other: CertificateFiles;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "baton-tls-"));
  own = await makeCertificates(join(folder, "own"), ["127.0.0.1"]);
  other = await makeCertificates(join(folder, "other"), ["127.0.0.1"]);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const refusal = async (files: CertificateFiles) =>
  await readTlsMaterial(files).then(
    () => undefined,
    (error: unknown) => error,
  );

async function written(name: string, text: string): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, text, { mode: 0o600 });
  return path;
}

test("three files that belong together are read as they are", async () => {
  expect(await readTlsMaterial(own)).toEqual({
    authority: await readFile(own.authority, "utf8"),
    certificate: await readFile(own.certificate, "utf8"),
    key: await readFile(own.key, "utf8"),
  });
});

test("an authority may be one of several in a file", async () => {
  const both = (await readFile(other.authority, "utf8")) + (await readFile(own.authority, "utf8"));
  const authority = await written("both.pem", both);
  expect(await readTlsMaterial({ ...own, authority })).toMatchObject({ authority: both });
});

describe("is refused, with what was found and where:", () => {
  test("a file that is not there", async () => {
    const key = join(folder, "nowhere.key");
    expect(await refusal({ ...own, key })).toMatchObject({
      code: "SECRET",
      message: `the TLS key of this host: ${key}: no such file or folder`,
    });
  });

  test("what is no PEM", async () => {
    const path = await written("empty.pem", "hello\n");
    const expected = "expected PEM (-----BEGIN CERTIFICATE-----)";
    expect(await refusal({ ...own, authority: path })).toMatchObject({
      code: "SECRET",
      message: `the TLS authority: ${path}: found no certificate, ${expected}`,
    });
    expect(await refusal({ ...own, certificate: path })).toMatchObject({
      message: `the TLS certificate of this host: ${path}: found no certificate, ${expected}`,
    });
    expect(String(await refusal({ ...own, key: path }))).toContain("found no private key");
  });

  test("PEM around something else", async () => {
    const text = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
    const certificate = await written("strange.pem", text);
    expect(String(await refusal({ ...own, certificate }))).toContain("PEM that is no certificate");
  });

  test("certificate and key that were exchanged", async () => {
    const swapped = { ...own, certificate: own.key, key: own.certificate };
    expect(String(await refusal(swapped))).toContain("found no certificate");
  });

  test("the key of another certificate", async () => {
    const found = `found the key of another certificate than ${own.certificate}`;
    expect(await refusal({ ...own, key: other.key })).toMatchObject({
      code: "SECRET",
      message: `the TLS key of this host: ${other.key}: ${found}`,
    });
  });

  test("a certificate of another authority", async () => {
    const found = `found one that ${other.authority} has not signed: nobody would take it`;
    expect(await refusal({ ...own, authority: other.authority })).toMatchObject({
      code: "SECRET",
      message: `the TLS certificate of this host: ${own.certificate}: ${found}`,
    });
  });

  test("a key with a passphrase, which nobody is there to type", async () => {
    const key = join(folder, "locked.key");
    await copyFile(own.key, key);
    const words = ["pkcs8", "-topk8", "-in", own.key, "-out", key, "-passout", "pass:secret"];
    await promisify(execFile)("openssl", words);
    expect(String(await refusal({ ...own, key }))).toContain("found a key with a passphrase");
  });
});
