// The recipes of clients/ as tests run them: the command of each drill-client, and what has to be compiled.
import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { root } from "../../repo/run.ts";

export interface Recipe {
  readonly label: string;
  readonly command: readonly [string, ...string[]];
}

const folder = join(root, "clients");
/** That of drills: make compiles only what has changed. */
export const cppBuild = join(root, "node_modules/.cache/baton/clients-cpp");

const php = join(folder, "php/drill-client");
export const cpp: Recipe = { label: "cpp", command: [join(cppBuild, "drill-client")] };
/** hiredis of Debian 12 has no TLS. */
export const recipesWithTls: readonly Recipe[] = [
  { label: "perl", command: ["/usr/bin/perl", join(folder, "perl/drill-client")] },
  { label: "php-phpredis", command: ["/usr/bin/php", php, "--library", "phpredis"] },
  { label: "php-predis", command: ["/usr/bin/php", php, "--library", "predis"] },
  { label: "python", command: ["/usr/bin/python3", "-B", join(folder, "python/drill-client")] },
];
export const recipes: readonly Recipe[] = [cpp, ...recipesWithTls];

/** Everything of clients/cpp, with every warning an error. @throws Error with what the compiler said. */
export async function buildCpp(): Promise<void> {
  const options = [`BUILD=${cppBuild}`, "CXXFLAGS=-O1 -Werror", "-j2"];
  await promisify(execFile)("make", ["-s", "-C", join(folder, "cpp"), ...options]);
}
