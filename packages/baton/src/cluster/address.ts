// Judges the address of a host: a literal, in the one spelling that Redis and Sentinel use for it.
import { z } from "zod";

export type JudgedAddress =
  | { readonly kind: "address"; readonly canonical: string }
  | { readonly kind: "refused"; readonly message: string };

const refused = (message: string): JudgedAddress => ({ kind: "refused", message });

/** The text that Redis and Sentinel print for this IPv6 address, or undefined when it is none. */
function canonicalIpv6(text: string): string | undefined {
  if (!text.includes(":") || !/^[0-9a-f:.]+$/i.test(text)) return undefined;
  const url = `http://[${text}]`;
  return URL.canParse(url) ? new URL(url).hostname.slice(1, -1) : undefined;
}

/**
 * Sentinel compares addresses as text, so `canonical` is what every other part of Baton must use. Host
 * names are refused: Sentinel looks them up in its event loop, and mixing them with addresses breaks its
 * comparisons.
 */
export function judgeAddress(text: string): JudgedAddress {
  const canonical = z.regexes.ipv4.test(text) ? text : canonicalIpv6(text);
  if (canonical === undefined) {
    const why = "Sentinel compares addresses as text, and a slow name server would stop its event loop";
    return refused(`Expected an IPv4 or IPv6 address; this version takes no host names: ${why}`);
  }
  if (canonical === "0.0.0.0" || canonical === "::") {
    return refused(
      "Expected an address at which other hosts reach this one; this is every address of a machine",
    );
  }
  if (canonical.startsWith("::ffff:")) {
    return refused(
      "Expected the IPv4 address itself; Redis prints it so, whatever way it is written here",
    );
  }
  return { kind: "address", canonical };
}
