// All renderers, in alphabetical order.
import { redisConf } from "./redis-conf.ts";
import type { Renderer } from "./renderer.ts";
import { sentinelConf } from "./sentinel-conf.ts";

export const renderers: readonly Renderer[] = [redisConf, sentinelConf];
