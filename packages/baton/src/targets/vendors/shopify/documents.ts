// What is asked of Shopify's Admin API, and what an answer holds. test/targets/shopify-schema.test.ts shows
// each document to the official schema.
import { z } from "zod";

export interface Document<T> {
  readonly text: string;
  readonly data: z.ZodType<T>;
}

const metafield = z.object({ value: z.string(), compareDigest: z.string() });

/** An app sees its own installation and no other: no id is needed. */
const installation = z.object({ id: z.string().min(1), metafield: metafield.nullable() });

const LOOK_TEXT = `query BatonLook($namespace: String!, $key: String!) {
  currentAppInstallation {
    id
    metafield(namespace: $namespace, key: $key) { value compareDigest }
  }
}`;

export const LOOK = {
  text: LOOK_TEXT,
  data: z.object({ currentAppInstallation: installation }),
};

const PROVE_TEXT = `query BatonProve($namespace: String!, $key: String!) {
  currentAppInstallation {
    id
    accessScopes { handle }
    metafield(namespace: $namespace, key: $key) { value compareDigest }
  }
}`;

export const PROVE = {
  text: PROVE_TEXT,
  data: z.object({
    currentAppInstallation: installation.extend({
      accessScopes: z.array(z.object({ handle: z.string().max(100) })),
    }),
  }),
};

const SET_TEXT = `mutation BatonSet($metafields: [MetafieldsSetInput!]!) {
  metafieldsSet(metafields: $metafields) {
    metafields { value compareDigest }
    userErrors { field message code }
  }
}`;

export const SET = {
  text: SET_TEXT,
  data: z.object({
    metafieldsSet: z
      .object({
        metafields: z.array(metafield).nullable(),
        userErrors: z.array(
          z.object({
            field: z.array(z.string()).nullable(),
            message: z.string(),
            code: z.string().nullable(),
          }),
        ),
      })
      .nullable(),
  }),
};
