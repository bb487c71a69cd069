// The example as `run` plays it: one heartbeat, ten times a second so that there is something to count.
import { join } from "node:path";

export const plan = {
  needs: [
    { what: "g++", command: ["g++", "--version"], hint: "sudo apt-get install g++" },
    { what: "make", command: ["make", "--version"], hint: "sudo apt-get install make" },
    {
      what: "hiredis",
      command: ["g++", "-x", "c++", "-fsyntax-only", "-include", "hiredis/hiredis.h", "/dev/null"],
      hint: "sudo apt-get install libhiredis-dev",
    },
  ],
  build: (folder) => [["make", "-C", folder]],
  steps: ["kill", "freeze", "switchover"],
  start({ folder, start }) {
    start("heartbeat", [join(folder, "build/heartbeat")], { HEARTBEAT_EVERY_MS: "100" });
    return { writers: ["heartbeat"] };
  },
  /** By writer: what is there at a node. */
  async kept(lab, host) {
    return new Map([["heartbeat", new Set(await lab.redis(host, "ZRANGE", "heartbeat", "0", "-1"))]]);
  },
};
