// The official schema of Shopify's Admin API, where it is to be had, and the small part of it that Baton
// uses: what the copy of Shopify runs on where the whole is absent. A test holds the part against the whole.
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import {
  buildClientSchema,
  buildSchema,
  type GraphQLSchema,
  getVariableValues,
  type IntrospectionQuery,
  Kind,
  parse,
  validate,
} from "graphql";
import type { Contract, Seen } from "./contract.fixture.ts";

const script = fileURLToPath(new URL("../../../../../scripts/shopify-schema.mjs", import.meta.url));
const FETCH_MS = 180_000;

export type Official =
  | { readonly kind: "here"; readonly schema: GraphQLSchema }
  | { readonly kind: "absent"; readonly why: string };

let known: Official | undefined;

function load(): Official {
  const done = spawnSync(process.execPath, [script], { encoding: "utf8", timeout: FETCH_MS });
  const path = done.stdout.trim();
  if (done.status !== 0 || path === "") {
    const why = done.error?.message ?? done.stderr.trim();
    return { kind: "absent", why: `SKIPPED: Shopify's schema is not here: ${why}` };
  }
  const read = JSON.parse(readFileSync(path, "utf8")) as { readonly data?: IntrospectionQuery };
  const introspection = read.data ?? (read as unknown as IntrospectionQuery);
  return { kind: "here", schema: buildClientSchema(introspection, { assumeValid: true }) };
}

/** Fetched once for all tests that come after, and read once in a process. */
export function officialSchema(): Official {
  known ??= load();
  return known;
}

export const PART = buildSchema(`
  scalar DateTime
  schema { query: QueryRoot, mutation: Mutation }
  type QueryRoot { currentAppInstallation: AppInstallation! }
  type Mutation { metafieldsSet(metafields: [MetafieldsSetInput!]!): MetafieldsSetPayload }
  type AppInstallation {
    id: ID!
    accessScopes: [AccessScope!]!
    metafield(key: String!, namespace: String): Metafield
  }
  type AccessScope { handle: String! }
  type Metafield {
    id: ID!
    key: String!
    namespace: String!
    type: String!
    value: String!
    compareDigest: String!
    updatedAt: DateTime!
  }
  input MetafieldsSetInput {
    compareDigest: String
    key: String!
    namespace: String
    ownerId: ID!
    type: String
    value: String!
  }
  type MetafieldsSetPayload { metafields: [Metafield!], userErrors: [MetafieldsSetUserError!]! }
  type MetafieldsSetUserError {
    code: MetafieldsSetUserErrorCode
    elementIndex: Int
    field: [String!]
    message: String!
  }
  enum MetafieldsSetUserErrorCode {
    APP_NOT_AUTHORIZED
    BLANK
    INCLUSION
    INVALID_COMPARE_DIGEST
    INVALID_TYPE
    INVALID_VALUE
    LESS_THAN_OR_EQUAL_TO
    PRESENT
    STALE_OBJECT
    TAKEN
    TOO_LONG
    TOO_SHORT
  }
`);

export interface Posted {
  readonly query: string;
  readonly variables?: Readonly<Record<string, unknown>>;
}

/** What is wrong with a request: fields that the schema lacks, variables of another type. */
export function wrongWith(schema: GraphQLSchema, { query, variables = {} }: Posted): readonly string[] {
  let document: ReturnType<typeof parse>;
  try {
    document = parse(query);
  } catch (error) {
    return [(error as Error).message];
  }
  const mistakes = validate(schema, document).map(({ message }) => message);
  if (mistakes.length > 0) return mistakes;
  return document.definitions.flatMap((definition) => {
    if (definition.kind !== Kind.OPERATION_DEFINITION) return [];
    const { variableDefinitions = [] } = definition;
    const names = new Set(variableDefinitions.map(({ variable }) => variable.name.value));
    const strangers = Object.keys(variables).filter((name) => !names.has(name));
    const { errors = [] } = getVariableValues(schema, variableDefinitions, variables);
    return [
      ...errors.map(({ message }) => message),
      ...strangers.map((name) => `the document has no variable ${name}`),
    ];
  });
}

/** Shopify's own, and in their place: whatever else stands in `errors` is a mistake of the copy. */
const DOCUMENTED = new Set([
  "ACCESS_DENIED",
  "INTERNAL_SERVER_ERROR",
  "MAX_COST_EXCEEDED",
  "SHOP_INACTIVE",
  "THROTTLED",
]);

interface Replied {
  readonly data?: unknown;
  readonly errors?: readonly {
    readonly message: string;
    readonly extensions?: { readonly code?: string };
  }[];
}

const isGraphql = ({ path }: Seen) => path.endsWith("/graphql.json");

/**
 * The copy answers by running each document on the schema, so that an answer of another type is an error of
 * that run: here such errors are found. undefined where the official schema is absent.
 */
export function openGraphqlContract(): Contract | undefined {
  const official = officialSchema();
  if (official.kind === "absent") return undefined;
  return {
    request: (seen) => (isGraphql(seen) ? wrongWith(official.schema, seen.body as Posted) : []),
    reply(seen, status, body) {
      if (!isGraphql(seen) || status !== 200) return [];
      const { data, errors = [] } = body as Replied;
      const undocumented = errors.filter(({ extensions }) => !DOCUMENTED.has(extensions?.code ?? ""));
      const isEmpty = errors.length === 0 && (data === undefined || data === null);
      const empty = isEmpty ? ["a reply with neither data nor errors"] : [];
      return [...empty, ...undocumented.map(({ message }) => `${seen.path}: ${message}`)];
    },
  };
}
