// The version of this package: one number, kept in package.json.
import { readFileSync } from "node:fs";

/** Both the sources and the bundle lie one folder below package.json. */
export function versionOfBaton(): string {
  const text = readFileSync(new URL("../package.json", import.meta.url), "utf8");
  return (JSON.parse(text) as { readonly version: string }).version;
}
