// What the drill asks for, in the words of Node, and which library answers.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const require = createRequire(import.meta.url);

/** "127.0.1.1:26379", or "[::1]:26379". */
export function addressOf(text) {
  const at = text.lastIndexOf(":");
  return { host: text.slice(0, at).replace(/^\[|\]$/g, ""), port: Number(text.slice(at + 1)) };
}

/** For `tls.connect`: the authority counts, and not the name, as between the nodes of a cluster. */
export function tlsOf({ tls }) {
  if (tls === undefined) return {};
  return { tls: { ca: readFileSync(tls.ca), checkServerIdentity: () => undefined } };
}

/** Without what is empty. */
export function loginOf({ username = "", password = "" }) {
  return { ...(username === "" ? {} : { username }), ...(password === "" ? {} : { password }) };
}

const PACKAGES = { ioredis: "ioredis", "node-redis": "@redis/client" };

export function nameOf(library) {
  const { version } = require(`${PACKAGES[library]}/package.json`);
  return `node ${library} ${version}`;
}
