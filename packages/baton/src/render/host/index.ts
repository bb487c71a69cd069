// What real hosts and their surroundings need besides the files of Redis and Sentinel, in alphabetical order.
import type { Renderer } from "../renderer.ts";
import { agentUnit } from "./agent-unit.ts";
import { clients } from "./clients.ts";
import { firewall } from "./firewall.ts";
import { haproxy } from "./haproxy.ts";
import { kernel } from "./kernel.ts";
import { ownFiles } from "./own-files.ts";
import { redisUnit } from "./redis-unit.ts";
import { sentinelUnit } from "./sentinel-unit.ts";

export const hostRenderers: readonly Renderer[] = [
  agentUnit,
  clients,
  firewall,
  haproxy,
  kernel,
  ownFiles,
  redisUnit,
  sentinelUnit,
];
