// One machine of a cluster file: where it is, how it is reached, what runs there.
import { z } from "zod";
import { address, name, sshDestination } from "./schema-values.ts";
import { quoted } from "./text.ts";

const role = z.enum(["redis", "sentinel", "agent", "router"]);

/** Ansible's own words for groups of hosts: `baton deploy` could not tell the host from the group. */
const RESERVED_NAMES: readonly string[] = ["all", "ungrouped"];

const hostName = name().refine((value) => !RESERVED_NAMES.includes(value), {
  error: ({ input }) =>
    `Expected another name, found ${quoted(String(input))}, Ansible's word for a group`,
});

export const host = z.strictObject({
  name: hostName.meta({ description: "The host's name in this file, in reports and in commands." }),
  address: address.meta({
    description: "Where others reach it. Unique, and no host name: Sentinel compares addresses as text.",
    unit: "IPv4 or IPv6 address",
  }),
  zone: name()
    .prefault("default")
    .meta({
      description:
        "What fails together: a data centre, a rack, an availability zone. One for all hosts, or so many " +
        "that without any one of them a majority of the Sentinels is left.",
    }),
  ssh: sshDestination.optional().meta({
    description:
      "How `baton deploy` and drills on the hosts reach it, as [USER@]ADDRESS[:PORT]; by default at its " +
      "address, as your own SSH configuration says. Another user than root needs sudo without a password.",
  }),
  runs: z
    .array(role)
    .max(role.options.length)
    .refine((roles) => new Set(roles).size === roles.length, { error: "A role stands here twice" })
    .default(["redis", "sentinel", "agent"])
    .meta({
      uniqueItems: true,
      description:
        "What runs there. Three hosts or more must run a Sentinel. An empty list takes a host out of " +
        "service: after the next deployment it may leave the file.",
    }),
});
