// The version of this package: one number, kept in package.json.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** Both the sources and the bundle lie one folder below it. */
export const PACKAGE_FOLDER = fileURLToPath(new URL("..", import.meta.url));

export function versionOfBaton(): string {
  const text = readFileSync(join(PACKAGE_FOLDER, "package.json"), "utf8");
  return (JSON.parse(text) as { readonly version: string }).version;
}
