// Where a secret may be sent: one rule for every kind.

const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;

/** http or https, without a user, a password, a query or a fragment; false for what is no URL. */
export function isBareUrl(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, username, password, search, hash } = new URL(text);
  return /^https?:$/.test(protocol) && `${username}${password}${search}${hash}` === "";
}

/** Whether a secret that is sent there could be read on the way; false for what is no URL. */
export function isInTheClear(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, hostname } = new URL(text);
  return protocol === "http:" && !LOOPBACK.test(hostname);
}

/** A secret goes there encrypted, or no further than this machine. */
export const maySendSecret = (text: string): boolean => isBareUrl(text) && !isInTheClear(text);
