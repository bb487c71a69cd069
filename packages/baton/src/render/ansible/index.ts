// What Ansible needs to put the rendered files onto their hosts: inventory, playbook and role.
import type { Layout } from "../../cluster/types.ts";
import type { RenderedFile } from "../renderer.ts";
import { FINISH, PHASE, PLAN } from "./converge-tasks.ts";
import { inventoryText, type PlacedFile } from "./inventory.ts";
import { ANSIBLE_CFG, PLAYBOOK } from "./playbook.ts";
import { LOOK_SH } from "./look.ts";
import { PREPARE, PROGRAM_TASKS } from "./prepare.ts";

export const ANSIBLE = {
  id: "ansible",
  summary: "inventory, playbook and role that put all of it onto the hosts, in an order that is safe.",
} as const;

const TASKS = {
  prepare: PREPARE,
  program: PROGRAM_TASKS,
  plan: PLAN,
  phase: PHASE,
  finish: FINISH,
} as const;

/** `layout` is that of the cluster file, with the ways to its hosts; `files` are all that hosts get. */
export function ansibleFiles(layout: Layout, files: readonly PlacedFile[]): readonly RenderedFile[] {
  const file = (
    path: string,
    text: string,
    readers: RenderedFile["readers"] = "everybody",
  ): RenderedFile => {
    return { host: undefined, path: `ansible/${path}`, readers, text };
  };
  return [
    file("ansible.cfg", ANSIBLE_CFG),
    // The hashes in it are of passwords, too.
    file("inventory.yml", inventoryText(layout, files), "root"),
    file("site.yml", PLAYBOOK),
    file("roles/baton/files/look.sh", LOOK_SH),
    ...Object.entries(TASKS).map(([name, text]) => file(`roles/baton/tasks/${name}.yml`, text)),
  ];
}
