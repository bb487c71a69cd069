// What Baton asks of Shopify, held against the official schema of the Admin API. It comes from npm; where it
// cannot be had, these tests are skipped and say why, and all others run on the part of it that is known.
import {
  type GraphQLSchema,
  isEnumType,
  isInputObjectType,
  isObjectType,
  NoDeprecatedCustomRule,
  parse,
  validate,
} from "graphql";
import { beforeEach, expect, test } from "vitest";
import {
  officialSchema,
  openGraphqlContract,
  PART,
  wrongWith,
} from "../../packages/baton/src/targets/fakes/shopify-schema.fixture.ts";
import { shopifyMetafield } from "../../packages/baton/src/targets/kinds/shopify-metafield.ts";
import { LOOK, PROVE, SET } from "../../packages/baton/src/targets/vendors/shopify/documents.ts";

const official = officialSchema();
const why = official.kind === "absent" ? official.why : undefined;
if (why !== undefined) process.stderr.write(`${why}\n`);
beforeEach((context) => {
  context.skip(why !== undefined, why);
});

const whole = () => (official.kind === "here" ? official.schema : PART);
const where = { namespace: "$app:failover", key: "redis_endpoint" };
const metafield = { ownerId: "gid://shopify/AppInstallation/1", ...where, type: "json", value: "{}" };

test("each document is one that Shopify takes, with the variables that it is sent with", () => {
  expect(wrongWith(whole(), { query: LOOK.text, variables: where })).toEqual([]);
  expect(wrongWith(whole(), { query: PROVE.text, variables: where })).toEqual([]);
  for (const compareDigest of [null, "abc"]) {
    const variables = { metafields: [{ ...metafield, compareDigest }] };
    expect(wrongWith(whole(), { query: SET.text, variables })).toEqual([]);
  }
});

test("nothing that they ask for is about to go", () => {
  for (const { text } of [LOOK, PROVE, SET]) {
    expect(validate(whole(), parse(text), [NoDeprecatedCustomRule])).toEqual([]);
  }
});

test("what Shopify does not have is noticed: the way that a published article takes, among others", () => {
  const settings = "mutation { appSettingsUpdate(input: {}) { userErrors { message } } }";
  expect(wrongWith(whole(), { query: settings }).join()).toContain("appSettingsUpdate");
  expect(wrongWith(whole(), { query: LOOK.text, variables: { key: 7 } }).length).toBe(2);
  expect(wrongWith(whole(), { query: LOOK.text, variables: { ...where, more: 1 } })).toEqual([
    "the document has no variable more",
  ]);
  const misspelt = { metafields: [{ ...metafield, comparedigest: null }] };
  expect(wrongWith(whole(), { query: SET.text, variables: misspelt }).join()).toContain("comparedigest");
  expect(wrongWith(whole(), { query: "query {" }).length).toBe(1);
});

test("a reply of another shape is noticed", () => {
  const contract = openGraphqlContract();
  const seen = { method: "POST", path: "/a/admin/api/2026-07/graphql.json", body: { query: LOOK.text } };
  const refused = { errors: [{ message: "Throttled", extensions: { code: "THROTTLED" } }] };
  const broken = { data: null, errors: [{ message: "Cannot return null for non-nullable field" }] };
  expect(contract?.reply(seen, 200, refused)).toEqual([]);
  expect(contract?.reply(seen, 200, broken)?.length).toBe(1);
  expect(contract?.reply(seen, 200, {})?.length).toBe(1);
});

/** Each field, argument and value of a schema as a line, without what it does not have to do with here. */
function linesOf(schema: GraphQLSchema, names: readonly string[]): readonly string[] {
  return names.flatMap((name) => {
    const type = schema.getType(name);
    if (isEnumType(type)) return type.getValues().map((value) => `${name}.${value.name}`);
    if (isInputObjectType(type)) {
      return Object.values(type.getFields()).map(
        (field) => `${name}.${field.name}: ${String(field.type)}`,
      );
    }
    if (!isObjectType(type)) return [`${name} is ${String(type?.constructor.name)}`];
    return Object.values(type.getFields()).flatMap((field) => [
      `${name}.${field.name}: ${String(field.type)}`,
      ...field.args.map((one) => `${name}.${field.name}(${one.name}: ${String(one.type)})`),
    ]);
  });
}

test("the known part of the schema is a part of it", () => {
  const names = Object.keys(PART.getTypeMap()).filter((name) => !name.startsWith("__"));
  const known = new Set(linesOf(whole(), names));
  const lines = linesOf(PART, names);
  expect(lines.length).toBeGreaterThan(30);
  expect(lines.filter((line) => !known.has(line))).toEqual([]);
});

test("its version is the one that Baton asks for unless told otherwise", () => {
  const shops = [{ shop: "one.myshopify.com", token: { env: "TOKEN" } }];
  expect(shopifyMetafield.settings.parse({ shops })).toMatchObject({ apiVersion: "2026-07" });
});
