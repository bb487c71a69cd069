// Tells one set of certificate files from the next.
import { createHash } from "node:crypto";
import { dirname, resolve } from "node:path";
import type { TlsPlan } from "../cluster/types.ts";
import { readTextFileIfThere } from "../sys/files.ts";

/** Empty for a file that is not there. @throws BatonError DISK */
export async function hashOfFile(path: string): Promise<string> {
  const text = await readTextFileIfThere(path);
  return text === undefined ? "" : createHash("sha256").update(text).digest("hex");
}

/** Of the three files together; empty without TLS. @throws BatonError DISK */
export async function certificatesHash(tls: TlsPlan | undefined, clusterFile: string): Promise<string> {
  if (tls === undefined) return "";
  const folder = dirname(clusterFile);
  const paths = [tls.authority, tls.certificate, tls.key].map((path) => resolve(folder, path));
  return (await Promise.all(paths.map(hashOfFile))).join(" ");
}
