// The section `notify` of the cluster file: the channels by which people are told, each with keys of its
// kind.
import { z } from "zod";
import { duration, name } from "./schema-values.ts";

const HOSTS_MAX = 64;
const GROUPS_MAX = 1_024;
const CHANNELS_MAX = 16;

/** Loose: what else stands there belongs to the kind, and is held against the kind's own table. */
const channel = z.looseObject({
  name: name().meta({ description: "The channel's name in this file, in metrics and in commands." }),
  kind: z
    .string()
    .min(1)
    .max(40)
    .meta({
      description:
        "What it is: `baton notify list --kinds` names all; each kind has keys of its own, secrets by " +
        "reference.",
    }),
  on: z
    .array(name())
    .min(1)
    .max(HOSTS_MAX)
    .optional()
    .meta({
      description:
        "Hosts whose agent may send, in the order of their turns. Without this key: every host that runs " +
        "an agent.",
      uniqueItems: true,
    }),
  groups: z.array(name()).min(1).max(GROUPS_MAX).optional().meta({
    description: "Groups that it is told of. Without this key: all.",
    uniqueItems: true,
  }),
  severity: z.enum(["info", "warning", "error"]).default("info").meta({
    description: "What is less severe than that is not told.",
  }),
  settle: duration(0, 600_000).prefault("10s").meta({
    description: "A problem that is gone again within this time is not told.",
  }),
  drills: z.boolean().default(false).meta({
    description:
      "Whether a drill is told, as one notice. What a drill breaks is never told, with or without this.",
  }),
});

export const notify = z.array(channel).max(CHANNELS_MAX).default([]).meta({
  description: "Channels by which agents tell people of failovers, switchovers, fences and problems.",
});
