// What a baseline's file holds, checked when it is read: people merge it by hand.
import { z } from "zod";

const entrySchema = z.object({
  fingerprint: z.string(),
  rule: z.string(),
  file: z.string(),
  message: z.string(),
});
const baselineSchema = z.object({ version: z.literal(1), findings: z.array(entrySchema).max(100_000) });

/** Everything but the fingerprint is there for whoever reads the file. */
export type BaselineEntry = Readonly<z.infer<typeof entrySchema>>;

/** Undefined when the text is no baseline. */
export function parseBaseline(text: string): readonly BaselineEntry[] | undefined {
  try {
    return baselineSchema.parse(JSON.parse(text)).findings;
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof z.ZodError) return undefined;
    throw error;
  }
}
