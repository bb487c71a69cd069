// C++ with hiredis, as clients/cpp has it: the only recipe that is compiled, into a folder of its own.
import { join } from "node:path";
import { BatonError } from "../../../errors.ts";
import { slowness } from "../../../sys/clock.ts";
import { runCommand } from "../../../sys/run-command.ts";
import type { ClientKind } from "../kind.ts";
import { answering, inRepository, recipeFile } from "../needs.ts";
import { asProgram } from "../program.ts";

const folder = "clients/cpp";
/** Of this checkout, so that make's dates mean something. */
const built = inRepository("node_modules/.cache/baton/clients-cpp");
const program = join(built, "drill-client");
const COMPILE_MS = 120_000;
const SHOWN_CHARACTERS = 1_000;

const needs = [
  recipeFile(`${folder}/Makefile`),
  answering({
    what: "make and a C++ compiler",
    hint: "sudo apt-get install g++ make",
    command: ["/bin/sh", "-c", "command -v make && command -v g++"],
  }),
  answering({
    what: "JSON for Modern C++",
    hint: "sudo apt-get install nlohmann-json3-dev pkg-config",
    command: ["pkg-config", "--exists", "--print-errors", "nlohmann_json"],
  }),
  answering({
    what: "hiredis",
    hint: "sudo apt-get install libhiredis-dev pkg-config",
    command: ["pkg-config", "--exists", "--print-errors", "hiredis"],
  }),
];

/** @throws BatonError UNABLE with what the compiler said. */
async function prepare(signal: AbortSignal): Promise<void> {
  const command = ["make", "-C", inRepository(folder), `BUILD=${built}`, program] as const;
  const { status, stderr } = await runCommand(command, { withinMs: COMPILE_MS * slowness(), signal });
  if (status === 0) return;
  const said = stderr.trim().slice(-SHOWN_CHARACTERS);
  throw new BatonError("UNABLE", `${folder} cannot be built (make ended with ${status}): ${said}`);
}

export const cpp: ClientKind = {
  id: "cpp",
  summary: "hiredis with the recipe of clients/cpp, by the word of the Sentinels",
  way: "sentinel",
  manner: "recipe",
  needs,
  prepare,
  open: asProgram(program),
};

export const cppDefault: ClientKind = {
  id: "cpp-default",
  summary: "hiredis as its manual shows it: it knows nothing of Sentinel",
  way: "sentinel",
  manner: "default",
  needs,
  prepare,
  open: asProgram(program, "--default"),
};

export const cppViaRouter: ClientKind = {
  id: "cpp-via-router",
  summary: "hiredis with the recipe of clients/cpp, through Baton's router",
  way: "router",
  manner: "recipe",
  needs,
  prepare,
  open: asProgram(program),
};
