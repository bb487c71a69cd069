// Node with ioredis behind redis-baton-client.
import type { ProgramCommand } from "../child.ts";
import type { ClientKind } from "../kind.ts";
import { inRepository, nodePackage, recipeFile } from "../needs.ts";
import { asProgram } from "../program.ts";

const file = "packages/client/drill-client.mjs";
const command: ProgramCommand = [process.execPath, inRepository(file), "--library", "ioredis"];
const needs = [recipeFile(file), nodePackage("ioredis", file)];

export const nodeIoredis: ClientKind = {
  id: "node-ioredis",
  summary: "ioredis with the recipe of packages/client, by the word of the Sentinels",
  way: "sentinel",
  manner: "recipe",
  needs,
  open: asProgram(...command),
};

export const nodeIoredisDefault: ClientKind = {
  id: "node-ioredis-default",
  summary: "ioredis with Sentinel as its manual shows it",
  way: "sentinel",
  manner: "default",
  needs,
  open: asProgram(...command, "--default"),
};

export const nodeIoredisViaRouter: ClientKind = {
  id: "node-ioredis-via-router",
  summary: "ioredis with the recipe of packages/client, through Baton's router",
  way: "router",
  manner: "recipe",
  needs,
  open: asProgram(...command),
};
