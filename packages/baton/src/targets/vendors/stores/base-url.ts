// Addresses of servers as a cluster file has them: http or https, without a user in them, and none to which
// a secret would go readable by the network.
import { z } from "zod";

/** A URL that paths are appended to: without a slash at its end. */
export const baseUrl = () =>
  z
    .url({ protocol: /^https?$/, error: "Expected a URL that begins with https:// or http://" })
    .max(2048)
    .refine((text) => URL.canParse(text) && isBare(new URL(text)), {
      error: "Expected a URL without a user, a query or a fragment: secrets have settings of their own",
    })
    .transform((text) => text.replace(/\/+$/, ""));

const isBare = ({ username, password, search, hash }: URL): boolean =>
  username === "" && password === "" && search === "" && hash === "";

const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;

/** Whether a secret that is sent there could be read on the way; false for what is no URL. */
export function isInTheClear(url: string): boolean {
  // zod asks this also about what it has found to be no URL.
  if (!URL.canParse(url)) return false;
  const { protocol, hostname } = new URL(url);
  return protocol === "http:" && !LOOPBACK.test(hostname);
}

export const IN_THE_CLEAR = "Expected https://: over http:// the network could read the secret";
