// PHP with Predis, as clients/php has it.
import type { ProgramCommand } from "../child.ts";
import type { ClientKind } from "../kind.ts";
import { answering, inRepository, recipeFile } from "../needs.ts";
import { asProgram } from "../program.ts";

const file = "clients/php/drill-client";
const command: ProgramCommand = ["/usr/bin/php", inRepository(file), "--library", "predis"];
const needs = [
  recipeFile(file),
  answering({
    what: "Predis",
    hint: "sudo apt-get install php-cli php-predis",
    command: ["/usr/bin/php", "-r", 'require "Predis/Autoloader.php";'],
  }),
];

export const phpPredis: ClientKind = {
  id: "php-predis",
  summary: "Predis with the recipe of clients/php, by the word of the Sentinels",
  way: "sentinel",
  manner: "recipe",
  needs,
  open: asProgram(...command),
};

export const phpPredisDefault: ClientKind = {
  id: "php-predis-default",
  summary: "Predis with Sentinel as its manual shows it: these must want no password",
  way: "sentinel",
  manner: "default",
  needs,
  open: asProgram(...command, "--default"),
};

export const phpPredisViaRouter: ClientKind = {
  id: "php-predis-via-router",
  summary: "Predis with the recipe of clients/php, through Baton's router",
  way: "router",
  manner: "recipe",
  needs,
  open: asProgram(...command),
};
