// Terraform for the cloud that the cluster file names, where it has the section `provision`.
import type { Renderer } from "../renderer.ts";
import { digitaloceanFile } from "./digitalocean.ts";
import { ovhFile } from "./ovh.ts";

export const terraform: Renderer = {
  id: "terraform",
  summary: "main.tf.json that makes the hosts, where the cluster file has the section `provision`.",
  files: ({ layout }) => {
    const plan = layout.cluster.provision;
    if (plan === undefined) return [];
    return [plan.cloud === "ovh" ? ovhFile(layout, plan) : digitaloceanFile(layout, plan)];
  },
};
