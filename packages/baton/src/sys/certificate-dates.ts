// When certificates in PEM are over.
import { X509Certificate } from "node:crypto";

const CERTIFICATE = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;
/** A bundle of the authorities that a machine knows has about 150. */
const CERTIFICATES_MAX = 1_000;

/** What is no certificate is passed over: whoever uses the file says so. */
function certificatesIn(pem: string): readonly X509Certificate[] {
  return (pem.match(CERTIFICATE) ?? []).slice(0, CERTIFICATES_MAX).flatMap((text) => {
    try {
      return [new X509Certificate(text)];
    } catch {
      return [];
    }
  });
}

/** Milliseconds since 1970. */
const endsAtMs = ({ validTo }: X509Certificate): number => Date.parse(validTo);

const known = (atMs: number): number | undefined => (Number.isFinite(atMs) ? atMs : undefined);

/** Of a chain, that of the first of them to end. Milliseconds since 1970; undefined: there is none. */
export function chainEndsAtMs(pem: string): number | undefined {
  return known(Math.min(...certificatesIn(pem).map(endsAtMs)));
}

/**
 * When nobody in a bundle of authorities will vouch for the chain any more: that of the last of its signers
 * to end. Without a chain, or a signer of it, that of the last of all.
 */
export function authorityEndsAtMs(pem: string, chainPem: string): number | undefined {
  const all = certificatesIn(pem);
  const chain = certificatesIn(chainPem);
  const signers = all.filter((one) =>
    chain.some((signed) => signed.checkIssued(one) && signed.verify(one.publicKey)),
  );
  return known(Math.max(...(signers.length > 0 ? signers : all).map(endsAtMs)));
}
