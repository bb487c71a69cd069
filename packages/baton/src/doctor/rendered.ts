// The configuration files that follow from a cluster file, as sources: what doctor says of a cluster
// before it is there. Pure.
import { createHash } from "node:crypto";
import type { Layout, SecretName, Secrets } from "../cluster/types.ts";
import { assert } from "../errors.ts";
import { renderers } from "../render/index.ts";
import type { Site } from "../render/renderer.ts";
import type { SourceText } from "./sources.ts";

/** The real ones are nobody's business here. These differ from each other and are long enough. */
function standIns(): Secrets {
  const of = (name: SecretName): string => createHash("sha256").update(name).digest("base64url");
  return {
    application: of("application"),
    replication: of("replication"),
    sentinel: of("sentinel"),
    peer: of("peer"),
    agent: of("agent"),
  };
}

function siteOf({ cluster, groups }: Layout, root: string): Site {
  const groupOf = new Map(groups.flatMap(({ name, nodes }) => nodes.map(({ id }) => [id, name])));
  const place = (host: string, word: string) => ({
    config: `${root}/${host}/${word}.conf`,
    dataDirectory: `/var/lib/baton/${word}`,
    log: `/var/log/baton/${word}.log`,
  });
  return {
    redis: ({ id, host }) => place(host, groups.length === 1 ? "redis" : `redis-${groupOf.get(id)}`),
    sentinel: ({ id }) => place(id, "sentinel"),
    listenAddress(name) {
      const host = cluster.hosts.find((candidate) => candidate.name === name);
      assert(host !== undefined, `cluster ${cluster.name} has no host ${name}`);
      return host.address;
    },
  };
}

/** Paths begin with that of the cluster file, then the host: "cluster.yml/h1/redis.conf". */
export function renderedSources(layout: Layout, clusterFile: string): readonly SourceText[] {
  const input = { layout, secrets: standIns(), site: siteOf(layout, clusterFile) };
  return renderers
    .flatMap(({ files }) => files(input))
    .map(({ path, text, readers }) => ({
      path,
      text,
      state: { mode: readers === "everybody" ? 0o644 : 0o640, uid: 0, gid: 0, isSymlink: false },
    }));
}
