// Node with node-redis behind redis-baton-client.
import type { ProgramCommand } from "../child.ts";
import type { ClientKind } from "../kind.ts";
import { inRepository, nodePackage, recipeFile } from "../needs.ts";
import { asProgram } from "../program.ts";

const file = "packages/client/drill-client.mjs";
const command: ProgramCommand = [process.execPath, inRepository(file), "--library", "node-redis"];
const needs = [recipeFile(file), nodePackage("@redis/client", file)];

export const nodeRedis: ClientKind = {
  id: "node-redis",
  summary: "node-redis with the recipe of packages/client, by the word of the Sentinels",
  way: "sentinel",
  manner: "recipe",
  needs,
  open: asProgram(...command),
};

export const nodeRedisDefault: ClientKind = {
  id: "node-redis-default",
  summary: "node-redis with Sentinel as its manual shows it",
  way: "sentinel",
  manner: "default",
  needs,
  open: asProgram(...command, "--default"),
};

export const nodeRedisViaRouter: ClientKind = {
  id: "node-redis-via-router",
  summary: "node-redis with the recipe of packages/client, through Baton's router",
  way: "router",
  manner: "recipe",
  needs,
  open: asProgram(...command),
};
