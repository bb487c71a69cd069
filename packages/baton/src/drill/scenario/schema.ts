// What a scenario file may say: several faults one after the other in one cluster, what to tell people about
// each, and what is to come out of it.
import { z } from "zod";
import { parseDuration } from "../../cluster/duration.ts";
import { faults } from "../faults/index.ts";

const STEPS_MAX = 50;
const TEXT_MAX = 4_000;
const HOUR_MS = 3_600_000;

const text = (charactersMax: number) => z.string().min(1).max(charactersMax);

const duration = z
  .string()
  .refine(
    (written) => {
      const ms = parseDuration(written);
      return ms !== undefined && ms <= HOUR_MS;
    },
    { error: "Expected a duration up to 60m, such as 800ms or 3s" },
  )
  .transform((written) => parseDuration(written) ?? 0);

const expectation = z.strictObject({
  verdict: z.enum(["held", "broken", "unknown"]).default("held"),
  outage: duration.optional(),
  lost: z.int().min(0).optional(),
});

const step = z.strictObject({
  title: text(100),
  tell: text(TEXT_MAX).optional(),
  break: z.enum(faults.map(({ id }) => id)),
  expect: expectation.default({ verdict: "held" }),
});

export const scenarioSchema = z.strictObject({
  name: z.string().regex(/^[a-z0-9][a-z0-9-]{0,59}$/, {
    error: "Expected 1 to 60 small letters, digits and dashes",
  }),
  summary: text(200),
  cluster: text(1_000).optional(),
  clients: z.array(text(1_000)).min(1).max(40).optional(),
  durability: z.enum(["async", "replicated"]).optional(),
  steps: z.array(step).min(1).max(STEPS_MAX),
});

/** `outage` in milliseconds. */
export type Scenario = z.infer<typeof scenarioSchema>;
export type ScenarioStep = Scenario["steps"][number];
