// Reads the three files of a TLS identity, and finds out at once what would else fail at every handshake.
import { createPrivateKey, type KeyObject, X509Certificate } from "node:crypto";
import { BatonError } from "../errors.ts";
import { readTextFile } from "./files.ts";
import type { TlsMaterial } from "./tls.ts";

/** Absolute paths. */
export interface TlsFiles {
  readonly authority: string;
  readonly certificate: string;
  readonly key: string;
}

const WHAT: Readonly<Record<keyof TlsFiles, string>> = {
  authority: "the TLS authority",
  certificate: "the TLS certificate of this host",
  key: "the TLS key of this host",
};

/** A bundle of a hundred authorities is 200 KB. */
const BYTES_MAX = 512 * 1024;
const CERTIFICATE = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;

function wrong(which: keyof TlsFiles, path: string, found: string, cause?: unknown): BatonError {
  return new BatonError("SECRET", `${WHAT[which]}: ${path}: ${found}`, { cause });
}

async function textOf(which: keyof TlsFiles, path: string): Promise<string> {
  try {
    return await readTextFile(path, BYTES_MAX);
  } catch (cause) {
    throw new BatonError("SECRET", `${WHAT[which]}: ${(cause as Error).message}`, { cause });
  }
}

function certificatesIn(
  which: "authority" | "certificate",
  path: string,
  text: string,
): readonly [X509Certificate, ...X509Certificate[]] {
  const [first, ...rest] = text.match(CERTIFICATE) ?? [];
  if (first === undefined)
    throw wrong(which, path, "found no certificate, expected PEM (-----BEGIN CERTIFICATE-----)");
  try {
    return [new X509Certificate(first), ...rest.map((pem) => new X509Certificate(pem))];
  } catch (cause) {
    throw wrong(which, path, "found PEM that is no certificate", cause);
  }
}

function keyIn(path: string, text: string): KeyObject {
  try {
    return createPrivateKey(text);
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    const found =
      code === "ERR_MISSING_PASSPHRASE" || code === "ERR_OSSL_CRYPTO_INTERRUPTED_OR_CANCELLED"
        ? "found a key with a passphrase, expected one without: nobody is there to type it"
        : "found no private key, expected PEM (-----BEGIN PRIVATE KEY-----)";
    throw wrong("key", path, found, cause);
  }
}

/**
 * Dates are not looked at: whoever connects does, at that time, and a certificate that is over must not
 * keep a process from starting that leads clients of others.
 * @throws BatonError SECRET: unreadable, no PEM, a key of another certificate, another authority.
 */
export async function readTlsMaterial(files: TlsFiles): Promise<TlsMaterial> {
  const authority = await textOf("authority", files.authority);
  const certificate = await textOf("certificate", files.certificate);
  const key = await textOf("key", files.key);
  const authorities = certificatesIn("authority", files.authority, authority);
  const chain = certificatesIn("certificate", files.certificate, certificate);
  if (!chain[0].checkPrivateKey(keyIn(files.key, key)))
    throw wrong("key", files.key, `found the key of another certificate than ${files.certificate}`);
  const isSigned = chain.some((one) =>
    authorities.some((signer) => one.checkIssued(signer) && one.verify(signer.publicKey)),
  );
  if (!isSigned) {
    const found = `found one that ${files.authority} has not signed`;
    throw wrong("certificate", files.certificate, `${found}: nobody would take it`);
  }
  return { authority, certificate, key };
}
