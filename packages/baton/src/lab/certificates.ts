// The certificates of a lab whose cluster file asks for TLS: an authority of its own, and one certificate
// for all of its hosts. Made by openssl, which comes with every Debian.
import { execFile } from "node:child_process";
import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { BatonError } from "../errors.ts";

export interface CertificateFiles {
  readonly authority: string;
  readonly certificate: string;
  readonly key: string;
}

const OPENSSL_MS = 20_000;
/** A lab is kept for days, not for years. */
const DAYS = "30";

async function openssl(folder: string, words: readonly string[]): Promise<void> {
  try {
    await promisify(execFile)("openssl", words, { cwd: folder, timeout: OPENSSL_MS });
  } catch (cause) {
    const { code, stderr } = cause as NodeJS.ErrnoException & { readonly stderr?: string };
    const reason = code === "ENOENT" ? "it is not installed" : (stderr ?? "").trim().slice(-400);
    const message = `a lab with TLS makes its certificates with openssl: ${reason}`;
    throw new BatonError("UNABLE", message, { cause });
  }
}

/** An elliptic key takes a millisecond where an RSA key would take a second. */
const KEY = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-noenc"];

/**
 * In a new folder (0700). The certificate holds for all `addresses`, and for servers and clients alike.
 * @throws BatonError UNABLE without openssl.
 */
export async function makeCertificates(
  folder: string,
  addresses: readonly string[],
): Promise<CertificateFiles> {
  await mkdir(folder, { mode: 0o700 });
  const names = [...new Set(addresses)].map((address) => `IP:${address}`).join(",");
  const extensions = [
    `subjectAltName=${names}`,
    "basicConstraints=critical,CA:FALSE",
    "extendedKeyUsage=serverAuth,clientAuth",
  ];
  await writeFile(join(folder, "extensions"), `${extensions.join("\n")}\n`);
  const own = ["-keyout", "authority.key", "-out", "authority.pem", "-subj", "/CN=Baton lab authority"];
  await openssl(folder, ["req", "-x509", ...KEY, ...own, "-days", DAYS]);
  const asked = ["-keyout", "host.key", "-out", "host.csr", "-subj", "/CN=Baton lab"];
  await openssl(folder, ["req", ...KEY, ...asked]);
  const signer = ["-CA", "authority.pem", "-CAkey", "authority.key", "-CAcreateserial"];
  const signed = ["-days", DAYS, "-extfile", "extensions", "-out", "host.pem"];
  await openssl(folder, ["x509", "-req", "-in", "host.csr", ...signer, ...signed]);
  // Nobody signs anything more, and whoever finds the folder shall not, either.
  for (const name of ["authority.key", "authority.srl", "host.csr", "extensions"]) {
    await rm(join(folder, name), { force: true });
  }
  return {
    authority: join(folder, "authority.pem"),
    certificate: join(folder, "host.pem"),
    key: join(folder, "host.key"),
  };
}
