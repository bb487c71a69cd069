// The section `firewall` of the cluster file: who may reach the cluster from outside it.
import { z } from "zod";

const NETWORKS_MAX = 64;

/** An address alone is a network of a single host. */
const network = z.union([z.ipv4(), z.ipv6(), z.cidrv4(), z.cidrv6()], {
  error: "Expected an address or a network, as 10.0.0.0/16 or fd00::/64",
});

const networks = () => z.array(network).max(NETWORKS_MAX).default([]);

export const firewall = z.strictObject({
  applications: networks().meta({
    description:
      "Where applications are that are not hosts of this file. They may reach routers, Redis and Sentinel.",
    unit: "addresses and networks",
  }),
  monitoring: networks().meta({
    description: "Where the agents' metrics are read from, with `agent: { listen: host }`.",
    unit: "addresses and networks",
  }),
});
