// The kinds of ordinary clients: a program each, in the language and with the library that its name says.
import { fileURLToPath } from "node:url";

export interface ClientKind {
  readonly id: string;
  /** The program and its first arguments. */
  readonly command: readonly [string, ...string[]];
}

/** Bundled into a benchmark, this file lies in the folder of the built command line. */
const isSource = import.meta.url.endsWith("/test/clients/kinds.ts");
const folder = new URL(isSource ? "./" : "../../../test/clients/", import.meta.url);
const program = (name: string): string => fileURLToPath(new URL(name, folder));

export const clientKinds: readonly ClientKind[] = [
  { id: "ioredis", command: [process.execPath, program("ioredis.mjs")] },
  { id: "perl", command: ["/usr/bin/perl", program("perl_redis.pl")] },
  { id: "phpredis", command: ["/usr/bin/php", program("phpredis.php")] },
  { id: "redis-benchmark", command: [process.execPath, program("redis_benchmark.mjs")] },
  { id: "redis-py", command: ["/usr/bin/python3", program("redis_py.py")] },
];
