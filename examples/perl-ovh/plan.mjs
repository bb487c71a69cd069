// The example as `run` plays it: the worker runs all the time, and a script a moment places orders.
import { join } from "node:path";

const PAUSE_MS = 100;

async function placeOrders({ folder, run, signal }) {
  for (let number = 1; !signal.aborted; number += 1) {
    const order = ["order", number].join("-");
    await run("place-order", [join(folder, "place-order"), order, "two books"]);
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  }
}

export const plan = {
  needs: [
    {
      what: "Redis.pm",
      command: ["/usr/bin/perl", "-MRedis", "-e1"],
      hint: "sudo apt-get install libredis-perl",
    },
  ],
  build: () => [],
  steps: ["kill", "switchover"],
  async start(stage) {
    stage.start("worker", [join(stage.folder, "worker")]);
    const stop = new AbortController();
    const signal = AbortSignal.any([stage.signal, stop.signal]);
    const placing = placeOrders({ ...stage, signal }).catch((error) => error);
    return {
      writers: ["place-order", "worker"],
      async finish() {
        stop.abort();
        const error = await placing;
        if (error instanceof Error) throw error;
        return [];
      },
    };
  },
  /** By writer: what is there at a node. */
  async kept(lab, host) {
    const orders = await lab.redis(host, "HKEYS", "orders");
    const finished = await lab.redis(host, "HKEYS", "orders:done");
    return new Map([
      ["place-order", new Set(orders)],
      ["worker", new Set(finished)],
    ]);
  },
};
