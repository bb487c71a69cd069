// Encryption between processes of one cluster: who we are, whose certificates we take, and nothing else.
import { type SecureContext, createSecureContext } from "node:tls";

/**
 * Three PEM texts. `authority` signed the certificates of all nodes; the other two are this host's own,
 * or empty for a caller that shows none.
 */
export interface TlsMaterial {
  readonly authority: string;
  readonly certificate: string;
  readonly key: string;
}

/** Building one takes a millisecond, and every connection needs the same. */
const contexts = new WeakMap<TlsMaterial, SecureContext>();

export function contextOf(material: TlsMaterial): SecureContext {
  const known = contexts.get(material);
  if (known !== undefined) return known;
  const { authority, certificate, key } = material;
  const context = createSecureContext({ ca: authority, cert: certificate, key, minVersion: "TLSv1.2" });
  contexts.set(material, context);
  return context;
}

/**
 * For a connection to a node. A certificate counts when the authority signed it; as Redis and Sentinel do it
 * between themselves, the name in it is not compared: they know each other by addresses only.
 */
export function callerOptions(material: TlsMaterial) {
  return {
    secureContext: contextOf(material),
    rejectUnauthorized: true,
    checkServerIdentity: () => undefined,
  } as const;
}
