// PHP with the extension phpredis, as clients/php has it.
import type { ProgramCommand } from "../child.ts";
import type { ClientKind } from "../kind.ts";
import { answering, inRepository, recipeFile } from "../needs.ts";
import { asProgram } from "../program.ts";

const file = "clients/php/drill-client";
const command: ProgramCommand = ["/usr/bin/php", inRepository(file), "--library", "phpredis"];
const needs = [
  recipeFile(file),
  answering({
    what: "the extension phpredis",
    hint: "sudo apt-get install php-cli php-redis",
    command: ["/usr/bin/php", "-r", 'exit(extension_loaded("redis") ? 0 : 1);'],
  }),
];

export const phpPhpredis: ClientKind = {
  id: "php-phpredis",
  summary: "phpredis with the recipe of clients/php, by the word of the Sentinels",
  way: "sentinel",
  manner: "recipe",
  needs,
  open: asProgram(...command),
};

export const phpPhpredisDefault: ClientKind = {
  id: "php-phpredis-default",
  summary: "phpredis with Sentinel as its manual shows it",
  way: "sentinel",
  manner: "default",
  needs,
  open: asProgram(...command, "--default"),
};

export const phpPhpredisViaRouter: ClientKind = {
  id: "php-phpredis-via-router",
  summary: "phpredis with the recipe of clients/php, through Baton's router",
  way: "router",
  manner: "recipe",
  needs,
  open: asProgram(...command),
};
