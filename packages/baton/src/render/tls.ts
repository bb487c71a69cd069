// The TLS directives of redis.conf and sentinel.conf, which are the same, and the port they belong to.
import { isAbsolute } from "node:path";
import type { Cluster } from "../cluster/types.ts";
import { assert } from "../errors.ts";
import { directive, type Line } from "./directives.ts";

/** The process changes its working directory at its start: a relative path would lead nowhere. */
function pathLine(name: string, path: string): Line {
  assert(isAbsolute(path), `${name} is ${path}, and a renderer needs an absolute path`);
  return directive(name, path);
}

/**
 * With TLS there is no second port for plain text: whoever forgets TLS shall notice.
 *
 * No certificate is asked of clients: the ACL user says who somebody is, as it does without TLS, and so an
 * application needs the authority's file only. `optional` would be no gain in safety, and would turn
 * clients away whose library sends a certificate of some other authority.
 */
export function portLines({ tls }: Cluster, port: number): readonly Line[] {
  if (!tls?.redis) return [directive("port", port)];
  return [
    directive("port", 0),
    directive("tls-port", port),
    pathLine("tls-cert-file", tls.certificate),
    pathLine("tls-key-file", tls.key),
    pathLine("tls-ca-cert-file", tls.authority),
    directive("tls-auth-clients", "no"),
    // Despite its name all that the process opens itself: to its primary, and of Sentinel to everybody.
    directive("tls-replication", "yes"),
  ];
}
