// Perl with Redis.pm, as clients/perl has it.
import type { ProgramCommand } from "../child.ts";
import type { ClientKind } from "../kind.ts";
import { answering, inRepository, recipeFile } from "../needs.ts";
import { asProgram } from "../program.ts";

const file = "clients/perl/drill-client";
const command: ProgramCommand = ["/usr/bin/perl", inRepository(file)];
const needs = [
  recipeFile(file),
  answering({
    what: "Redis.pm",
    hint: "sudo apt-get install libredis-perl",
    command: ["/usr/bin/perl", "-MRedis", "-e1"],
  }),
];

export const perl: ClientKind = {
  id: "perl",
  summary: "Redis.pm with the recipe of clients/perl, by the word of the Sentinels",
  way: "sentinel",
  manner: "recipe",
  needs,
  open: asProgram(...command),
};

export const perlDefault: ClientKind = {
  id: "perl-default",
  summary: "Redis.pm with Sentinel as its manual shows it",
  way: "sentinel",
  manner: "default",
  needs,
  open: asProgram(...command, "--default"),
};

export const perlViaRouter: ClientKind = {
  id: "perl-via-router",
  summary: "Redis.pm with the recipe of clients/perl, through Baton's router",
  way: "router",
  manner: "recipe",
  needs,
  open: asProgram(...command),
};
