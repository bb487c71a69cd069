// Python with redis-py, as clients/python has it.
import type { ProgramCommand } from "../child.ts";
import type { ClientKind } from "../kind.ts";
import { answering, inRepository, recipeFile } from "../needs.ts";
import { asProgram } from "../program.ts";

const file = "clients/python/drill-client";
const command: ProgramCommand = ["/usr/bin/python3", inRepository(file)];
const needs = [
  recipeFile(file),
  answering({
    what: "redis-py",
    hint: "sudo apt-get install python3-redis",
    command: ["/usr/bin/python3", "-c", "import redis, redis.sentinel"],
  }),
];

export const python: ClientKind = {
  id: "python",
  summary: "redis-py with the recipe of clients/python, by the word of the Sentinels",
  way: "sentinel",
  manner: "recipe",
  needs,
  open: asProgram(...command),
};

export const pythonDefault: ClientKind = {
  id: "python-default",
  summary: "redis-py with Sentinel as its manual shows it",
  way: "sentinel",
  manner: "default",
  needs,
  open: asProgram(...command, "--default"),
};

export const pythonViaRouter: ClientKind = {
  id: "python-via-router",
  summary: "redis-py with the recipe of clients/python, through Baton's router",
  way: "router",
  manner: "recipe",
  needs,
  open: asProgram(...command),
};
