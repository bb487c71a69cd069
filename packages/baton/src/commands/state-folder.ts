// Where an agent or a router keeps what must outlive it.
import { join, resolve } from "node:path";
import type { Layout } from "../cluster/types.ts";

/** What was given, or a folder of the host's own where the service manager or Debian puts state. */
export function stateFolder(
  given: unknown,
  { cluster }: Layout,
  host: string,
  environment: NodeJS.ProcessEnv,
): string {
  if (typeof given === "string") return resolve(given);
  return join(environment["STATE_DIRECTORY"] ?? "/var/lib/baton", cluster.name, host);
}
