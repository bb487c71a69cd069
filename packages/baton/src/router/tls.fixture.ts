// Certificates for the tests of the router, made once for each file of tests.
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { makeCertificates } from "../lab/certificates.ts";
import type { TlsMaterial } from "../sys/tls.ts";

/** Of an authority of their own: who has one takes nobody who has another. */
export async function newMaterial(addresses: readonly string[]): Promise<TlsMaterial> {
  const folder = await mkdtemp(join(tmpdir(), "baton-tls-"));
  try {
    const files = await makeCertificates(join(folder, "made"), addresses);
    const text = (path: string) => readFile(path, "utf8");
    const [authority, certificate, key] = await Promise.all([
      text(files.authority),
      text(files.certificate),
      text(files.key),
    ]);
    return { authority, certificate, key };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
