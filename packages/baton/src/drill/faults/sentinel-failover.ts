// What everybody does today before a maintenance, and what the switchover is compared with: the bare
// command to one Sentinel.
import { BatonError } from "../../errors.ts";
import { openDoor } from "../../redis/door.ts";
import { systemClock } from "../../sys/clock.ts";
import { seen, waitFor } from "../../sys/wait.ts";
import type { Fault } from "../fault.ts";

export const sentinelFailover: Fault = {
  id: "sentinel-failover",
  summary: "SENTINEL FAILOVER of a healthy primary: what stock Sentinel makes of a planned move.",
  needs: [],
  mark: { label: "told to fail over", colour: "#c98a2b" },
  staleSince: "fault",
  // Nobody votes, so nothing tells agents of it before the Sentinel itself: that looks once a second at the
  // node which it has promoted, and a majority takes its word over by the next hello.
  staleMaxMs: 1_500,
  async inject({ lab, group, primary, signal }) {
    const [sentinel] = lab.layout.sentinels;
    if (sentinel === undefined)
      throw new BatonError("UNABLE", `lab ${lab.name}: its cluster file has no Sentinel`);
    const { address, port, id } = sentinel;
    const door = openDoor({
      address,
      port,
      username: "agent",
      password: lab.secrets.agent,
      tls: lab.secrets.tls,
      commandMs: 2_000,
    });
    try {
      // A Sentinel whose INFO of the replicas is old answers NOGOODSLAVE for a while.
      const atMs = await waitFor(
        `the Sentinel on ${id} to accept SENTINEL FAILOVER`,
        async () => {
          const sentMs = systemClock.monotonicMs();
          await door.call(["SENTINEL", "FAILOVER", group]);
          return seen(sentMs);
        },
        { withinMs: 12_000, everyMs: 200, signal },
      );
      const sentence = `SENTINEL FAILOVER ${group} on ${id}; the primary on ${primary} is healthy`;
      return { atMs, host: primary, sentence };
    } finally {
      door.close();
    }
  },
};
