// A secret that goes into a header of every request: one that no header can hold is refused before the HTTP
// library would quote it.
import { BatonError } from "../../../errors.ts";

/** @throws BatonError SECRET */
export function forHeader(what: string, secret: string): string {
  if (/^[\x21-\x7e]+$/.test(secret)) return secret;
  throw new BatonError(
    "SECRET",
    `${what}: found spaces, line ends or other characters that no token has`,
  );
}
