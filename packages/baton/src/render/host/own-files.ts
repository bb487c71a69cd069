// The cluster file and the secrets that Baton's own processes need on a host, and no others.
import { clusterToYaml, withoutProvision } from "../../cluster/write.ts";
import type { RenderedFile, Renderer, RenderInput } from "../renderer.ts";
import { CLUSTER_FILE, secretFile } from "./places.ts";

const HEAD =
  "# Written by Baton from the cluster file of whoever deployed this: change that one, not this copy.\n";

/**
 * Every host has it: a node asks Sentinels before it starts, also where no agent runs. How hosts are made
 * is nothing to them.
 */
function clusterFiles({ layout: { cluster } }: RenderInput): readonly RenderedFile[] {
  const text = HEAD + clusterToYaml(withoutProvision(cluster));
  return cluster.hosts.map(({ name: host }) => {
    return { host, path: CLUSTER_FILE, readers: "baton", text };
  });
}

function secretFiles({ layout, secrets, token }: RenderInput): readonly RenderedFile[] {
  const file = (name: "agent" | "token", host: string, value: string): RenderedFile => {
    return { host, path: secretFile(name), readers: "baton", text: `${value}\n` };
  };
  return [
    ...layout.cluster.hosts.map(({ name }) => file("agent", name, secrets.agent)),
    ...(token === undefined ? [] : layout.agents.map(({ id }) => file("token", id, token))),
  ];
}

export const ownFiles: Renderer = {
  id: "own-files",
  summary: "the cluster file of every host, and the secrets that Baton needs there.",
  files: (input) => [...clusterFiles(input), ...secretFiles(input)],
};
