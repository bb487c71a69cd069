// Why a connection with TLS did not come about, in words for whoever has to correct it.

const AUTHORITY =
  "its certificate is not signed by the authority that `tls.authority` of the cluster file names";
const PLAIN_TEXT = "it speaks plain text, and TLS was expected: see `tls` in the cluster file";

/** By the code of OpenSSL's or Node's error. */
const REASONS: Readonly<Record<string, string>> = {
  CERT_HAS_EXPIRED: "its certificate has expired",
  CERT_NOT_YET_VALID: "its certificate is not valid yet: is a clock wrong?",
  CERT_SIGNATURE_FAILURE: AUTHORITY,
  DEPTH_ZERO_SELF_SIGNED_CERT: AUTHORITY,
  SELF_SIGNED_CERT_IN_CHAIN: AUTHORITY,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: AUTHORITY,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: AUTHORITY,
  ERR_SSL_WRONG_VERSION_NUMBER: PLAIN_TEXT,
};

/** @returns undefined for an error that has nothing to do with TLS. */
export function tlsReason(error: unknown): string | undefined {
  const { code, message, reason: words } = error as NodeJS.ErrnoException & { readonly reason?: string };
  if (code === undefined) return undefined;
  const reason = Object.hasOwn(REASONS, code) ? REASONS[code] : undefined;
  if (reason !== undefined) return `${reason} (${code})`;
  // OpenSSL's whole message is full of its own addresses and files.
  return code.startsWith("ERR_SSL_") ? `TLS failed: ${words ?? message}` : undefined;
}

/** For a server that took the connection and kept silent until the deadline. */
export const noHandshake = (withinMs: number): string =>
  `no TLS handshake within ${withinMs} ms: a server that speaks plain text, or one that hangs`;
