// What Baton itself writes into the redis.conf of a cluster, by name: asked of the renderer, so that the two
// can never differ. Pure.
import type { Layout } from "../cluster/types.ts";
import { hostSite } from "../render/host/places.ts";
import { redisConf } from "../render/redis-conf.ts";

/** Only names and settings are looked at, never the users. */
const NOBODYS = { application: "", replication: "", sentinel: "", peer: "", agent: "" };

/** Of the first group's first node: all of them have the same but for addresses. */
export function ownSettings(layout: Layout): ReadonlyMap<string, string> {
  const [file] = redisConf.files({ layout, secrets: NOBODYS, site: hostSite(layout) });
  const lines = (file?.text ?? "").split("\n").filter((line) => line !== "" && !line.startsWith("#"));
  return new Map(
    lines.map((line) => {
      const blank = line.indexOf(" ");
      return [line.slice(0, blank), line.slice(blank + 1).replace(/^"(.*)"$/, "$1")];
    }),
  );
}
