// What several kinds of channels share in the cluster file.
import { z } from "zod";
import { duration } from "../../cluster/schema-values.ts";
import { isBareUrl, isInTheClear } from "../../targets/api/secret-url.ts";

export const timeout = () =>
  duration(1_000, 30_000).prefault("10s").meta({ description: "How long one attempt may take." });

const isBase = (text: string): boolean => isBareUrl(text) && !isInTheClear(text) && !text.endsWith("/");

/** Where a vendor's API is; a key goes there. */
export const baseUrl = (usual: string) =>
  z
    .string()
    .max(2048)
    .refine(isBase, {
      error:
        "Expected https://..., no slash at its end, no user and no query; http:// only for loopback",
    })
    .default(usual);
