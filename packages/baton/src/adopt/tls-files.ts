// Where the nodes of a cluster that speaks TLS have their certificates, as the section `tls` names them.
// Pure.
import { quoted } from "../cluster/text.ts";
import { nameOf } from "../doctor/live/answers.ts";
import type { TlsFiles } from "./file-text.ts";
import type { Seen } from "./seen.ts";

export type TlsFound =
  | { readonly kind: "ok"; readonly tls: TlsFiles | undefined }
  | { readonly kind: "refused"; readonly reasons: readonly string[] };

const SETTINGS = { authority: "tls-ca-cert-file", certificate: "tls-cert-file", key: "tls-key-file" };

export function tlsFilesOf({ redis, isEncrypted }: Seen): TlsFound {
  if (!isEncrypted) return { kind: "ok", tls: undefined };
  const reasons: string[] = [];
  const pathOf = (setting: string): string => {
    const paths = [...new Set(redis.map(({ settings }) => settings?.get(setting) ?? ""))];
    const [path = ""] = paths;
    const who = redis.map(nameOf)[0] ?? "";
    if (paths.length > 1) reasons.push(`${setting} is not the same on all nodes, and has to be`);
    else if (!path.startsWith("/"))
      reasons.push(`${setting} is ${quoted(path)} on ${who}, expected an absolute path`);
    return path;
  };
  const tls = {
    authority: pathOf(SETTINGS.authority),
    certificate: pathOf(SETTINGS.certificate),
    key: pathOf(SETTINGS.key),
  };
  return reasons.length > 0 ? { kind: "refused", reasons } : { kind: "ok", tls };
}
