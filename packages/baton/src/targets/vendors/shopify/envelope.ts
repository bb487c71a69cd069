// What is around the data of an answer of Shopify's Admin API: errors, and what the request has cost.
import { z } from "zod";

const amount = z.number().min(0);

const cost = z.object({
  requestedQueryCost: amount,
  throttleStatus: z.object({ currentlyAvailable: z.number(), restoreRate: amount }),
});
export type Cost = z.output<typeof cost>;

/** What is in none of these shapes counts as not said: a refusal must not be lost for its decoration. */
const graphqlError = z.object({
  message: z.string().catch("no word why"),
  extensions: z
    .object({
      code: z.string().max(100).optional().catch(undefined),
      cost: cost.optional().catch(undefined),
    })
    .optional()
    .catch(undefined),
});
export type GraphqlError = z.output<typeof graphqlError>;

export const envelope = z.object({
  data: z.unknown().optional(),
  errors: z
    .union([z.array(graphqlError), z.string().transform((message): GraphqlError[] => [{ message }])])
    .optional(),
  extensions: z
    .object({ cost: cost.optional().catch(undefined) })
    .optional()
    .catch(undefined),
});

const LEAST_MS = 100;
const MOST_MS = 120_000;
const UNTOLD_MS = 1_000;
/** Three looks and a change. With no more than the cost of the change, the next look would take it away. */
const ATTEMPT_POINTS = 20;

/** Until the bucket holds what an attempt costs, milliseconds: 100 ms to two minutes. */
export function throttleMs(said: Cost | undefined): number {
  if (said === undefined || said.throttleStatus.restoreRate === 0) return UNTOLD_MS;
  const { requestedQueryCost, throttleStatus } = said;
  const lacking = Math.max(requestedQueryCost, ATTEMPT_POINTS) - throttleStatus.currentlyAvailable;
  const waitMs = Math.ceil((lacking / throttleStatus.restoreRate) * 1_000);
  return Math.min(MOST_MS, Math.max(LEAST_MS, waitMs));
}
