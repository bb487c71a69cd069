// What the kernel has to allow where Redis runs.
import type { Renderer } from "../renderer.ts";

const TEXT = `# Written by Baton, for hosts that run Redis.

# A snapshot is a copy of the process; without this the copy fails when half of the memory is in use.
vm.overcommit_memory = 1

# After a failover all clients come at once, and Redis asks for a queue of 511.
net.core.somaxconn = 4096
`;

export const kernel: Renderer = {
  id: "kernel",
  summary: "sysctl settings of every host that runs Redis.",
  files: ({ layout }) => {
    const hosts = new Set(layout.groups.flatMap(({ nodes }) => nodes.map(({ host }) => host)));
    return [...hosts].map((host) => {
      return { host, path: "/etc/sysctl.d/60-baton.conf", readers: "everybody", text: TEXT };
    });
  },
};
