// A cluster as its own hosts see it: secrets and certificates lie where Baton puts them there.
import { resolve } from "node:path";
import type { Cluster, SecretReference, SecretReferences } from "../../cluster/types.ts";
import { withCertificates, withSecrets } from "../../cluster/write.ts";
import { secretFile, SETTINGS_FOLDER } from "./places.ts";

const reference = (name: Parameters<typeof secretFile>[0]): SecretReference => {
  return { kind: "file", path: secretFile(name) };
};

/** Those that are not on a host are named, too: whoever misses one is told where it belongs. */
function references({ token }: SecretReferences): SecretReferences {
  return {
    application: reference("application"),
    replication: reference("replication"),
    sentinel: reference("sentinel"),
    peer: reference("peer"),
    agent: reference("agent"),
    token: token && reference("token"),
  };
}

/** Relative paths of certificates start at the folder of the cluster file, here as there. */
export function onHosts(cluster: Cluster): Cluster {
  const { tls } = cluster;
  // How deployments reach a host is no business of what runs there: a change must restart nothing.
  const hosts = cluster.hosts.map(({ name, address, zone, runs }) => ({ name, address, zone, runs }));
  const own = withSecrets({ ...cluster, hosts }, references(cluster.secrets));
  if (tls === undefined) return own;
  const at = (path: string): string => resolve(SETTINGS_FOLDER, path);
  const { authority, certificate, key } = tls;
  return withCertificates(own, {
    authority: at(authority),
    certificate: at(certificate),
    key: at(key),
  });
}
