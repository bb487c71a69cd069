// The conformance drill: every recipe, both ways, in a lab with faults; one that breaks the contract fails.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { drillResultSchema } from "../../packages/baton/src/drill/report/index.ts";
import { clientKinds } from "../../packages/baton/src/drill/workload/kinds/index.ts";
import { root } from "../repo/run.ts";
import { baton, makeHome, removeHome } from "../scenario/support/baton.ts";
import { processesNaming } from "../scenario/support/leftovers.ts";
import { buildCpp } from "../scenario/support/recipes.ts";

const FAULTS = ["kill-primary", "switchover"];
/** What `node-` recipes are run with; without it they are not there. */
const hasNode = existsSync(join(root, "packages/client/drill-client.mjs"));
const recipes = clientKinds
  .filter(({ id, manner }) => manner === "recipe" && (hasNode || !id.startsWith("node-")))
  .map(({ id }) => id);

let home: string;
let said: { readonly drills: readonly unknown[]; readonly failures: readonly unknown[] };

beforeAll(async () => {
  await buildCpp();
  home = await makeHome();
  const asked = ["--faults", FAULTS.join(","), "--clients", recipes.join(",")];
  const ran = await baton(home, ["drill", "matrix", ...asked, "--json", "--no-evidence", "--reads"]);
  expect(ran.out, ran.err).not.toBe("");
  said = JSON.parse(ran.out) as typeof said;
}, 300_000);
afterAll(async () => {
  await baton(home, ["lab", "down"]);
  expect(processesNaming(home)).toEqual(new Map());
  await removeHome(home);
});

const drillOf = (fault: string) => {
  const drill = said.drills
    .map((one) => drillResultSchema.parse(one))
    .find((one) => one.fault === fault);
  expect(drill, JSON.stringify(said.failures)).toBeDefined();
  const clients = (drill?.clients ?? []).filter(({ kind }) => recipes.includes(kind));
  return { whole: drill?.whole, clients };
};
const figures = <Client extends { readonly kind: string }>(
  clients: readonly Client[],
  figure: (client: Client) => unknown,
) => Object.fromEntries(clients.map((client) => [client.kind, figure(client)]));
const each = (value: unknown) => Object.fromEntries(recipes.map((id) => [id, value]));

test("the recipes of all languages take part, each by Sentinel and through the router", () => {
  const languages = ["cpp", "perl", "php-phpredis", "php-predis", "python"];
  for (const id of languages) expect(recipes).toEqual(expect.arrayContaining([id, `${id}-via-router`]));
});

test.each(FAULTS)("%s: every recipe writes again, and none wrote anything twice", (fault) => {
  const { whole, clients } = drillOf(fault);
  expect(whole).toBe(true);
  expect(figures(clients, ({ complaint }) => complaint)).toEqual(each(null));
  expect(figures(clients, ({ stuck }) => stuck)).toEqual(each(false));
  expect(figures(clients, ({ duplicated }) => duplicated)).toEqual(each(0));
});

test("switchover: no recipe loses an acknowledged write", () => {
  const { clients } = drillOf("switchover");
  expect(figures(clients, ({ lost }) => lost)).toEqual(each(0));
});

test.each(FAULTS)("%s: no write of a recipe is refused for good, none outlasts its time", (fault) => {
  const { clients } = drillOf(fault);
  const refused = clients.flatMap(({ kind, errors }) => {
    const words = Object.keys(errors).filter((word) => !["timeout", "connection-lost"].includes(word));
    return words.map((word) => `${kind}: ${word}`);
  });
  // Through the router a write that replicas did not confirm ends in its words for an unknown outcome.
  expect(refused.filter((one) => !one.endsWith("NOREPLICAS"))).toEqual([]);
  for (const { kind, longestCallMs } of clients) expect(longestCallMs, kind).toBeLessThan(15_000);
});
