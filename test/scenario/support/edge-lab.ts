// A lab with a router on a host of its own, where a real HAProxy is the target `edge`.
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { attachLab, type LabHandle } from "../../../packages/baton/src/lab/index.ts";
import type { Haproxy } from "./haproxy.ts";
import { labUp } from "./lab.ts";

const HOSTS = `hosts:
  - { name: h1, address: 10.77.0.11 }
  - { name: h2, address: 10.77.0.12 }
  - { name: h3, address: 10.77.0.13 }
  - { name: app, address: 10.77.0.20, runs: [router] }
`;

/** `sections` are what the cluster file has beside hosts and targets. Without wires. */
export async function edgeLab(
  home: string,
  { settings }: Haproxy,
  sections: string,
): Promise<LabHandle> {
  const keys = Object.entries(settings).map(([key, value]) => `${key}: ${value}`);
  const edge = `targets:\n  - { name: edge, kind: haproxy, on: [app], ${keys.join(", ")} }\n`;
  const file = join(home, "cluster.yml");
  await writeFile(file, `${sections}${HOSTS}${edge}`);
  await labUp(home, "--no-wires", "--targets", "--file", file);
  return await attachLab("lab", { BATON_HOME: home });
}
