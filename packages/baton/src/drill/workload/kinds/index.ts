// The explicit index of kinds of clients, alphabetical.
import type { ClientKind } from "../kind.ts";
import { cpp, cppDefault, cppViaRouter } from "./cpp.ts";
import { hardCoded } from "./hard-coded.ts";
import { ioredisSentinel } from "./ioredis-sentinel.ts";
import { nodeIoredis, nodeIoredisDefault, nodeIoredisViaRouter } from "./node-ioredis.ts";
import { nodeRedis, nodeRedisDefault, nodeRedisViaRouter } from "./node-redis.ts";
import { perl, perlDefault, perlViaRouter } from "./perl.ts";
import { phpPhpredis, phpPhpredisDefault, phpPhpredisViaRouter } from "./php-phpredis.ts";
import { phpPredis, phpPredisDefault, phpPredisViaRouter } from "./php-predis.ts";
import { python, pythonDefault, pythonViaRouter } from "./python.ts";
import { router } from "./router.ts";

export const clientKinds: readonly ClientKind[] = [
  cpp,
  cppDefault,
  cppViaRouter,
  hardCoded,
  ioredisSentinel,
  nodeIoredis,
  nodeIoredisDefault,
  nodeIoredisViaRouter,
  nodeRedis,
  nodeRedisDefault,
  nodeRedisViaRouter,
  perl,
  perlDefault,
  perlViaRouter,
  phpPhpredis,
  phpPhpredisDefault,
  phpPhpredisViaRouter,
  phpPredis,
  phpPredisDefault,
  phpPredisViaRouter,
  python,
  pythonDefault,
  pythonViaRouter,
  router,
];
