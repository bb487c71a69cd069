// Where applications find the cluster, as environment variables; passwords come from elsewhere.
import type { Endpoint, Layout } from "../../cluster/types.ts";
import type { RenderedFile, Renderer } from "../renderer.ts";

const shown = ({ address, port }: Endpoint): string =>
  address.includes(":") ? `[${address}]:${port}` : `${address}:${port}`;

function file({ cluster, sentinels, routers }: Layout, group: string): RenderedFile {
  const own = routers.filter((router) => router.group === group);
  const readers = own.flatMap(({ address, readPort }) =>
    readPort === undefined ? [] : [{ address, port: readPort }],
  );
  const isEncrypted = (where: "redis" | "router"): string => (cluster.tls?.[where] ? "yes" : "no");
  const lines = [
    `# Group ${group} of cluster ${cluster.name}, written by Baton. The password is not here: it is the one`,
    "# that the cluster file calls `application`, without a user name.",
    "",
    "# For clients that ask Sentinel.",
    `REDIS_SENTINELS=${sentinels.map(shown).join(",")}`,
    `REDIS_SENTINEL_SERVICE=${group}`,
    `REDIS_TLS=${isEncrypted("redis")}`,
    ...(own.length === 0
      ? []
      : [
          "",
          "# For clients that know of one Redis only: any of these, best the one on their own host.",
          `REDIS_ROUTERS=${own.map(shown).join(",")}`,
          `REDIS_ROUTER_TLS=${isEncrypted("router")}`,
        ]),
    ...(readers.length === 0
      ? []
      : ["", "# Reads from replicas.", `REDIS_READERS=${readers.map(shown).join(",")}`]),
  ];
  const path = `clients/${group}.env`;
  return { host: undefined, path, readers: "everybody", text: `${lines.join("\n")}\n` };
}

export const clients: Renderer = {
  id: "clients",
  summary: "environment files for applications, one a group, without passwords.",
  files: ({ layout }) => layout.groups.map(({ name }) => file(layout, name)),
};
