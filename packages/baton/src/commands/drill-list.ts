// baton drill list: what can be broken, who can write meanwhile, and what is needed for it.
import { expectationOf } from "../drill/fault.ts";
import { faults } from "../drill/faults/index.ts";
import { lackSentence } from "../drill/workload/asked.ts";
import type { ClientKind } from "../drill/workload/kind.ts";
import { clientKinds } from "../drill/workload/kinds/index.ts";
import { type Lack, lacksOf } from "../drill/workload/needs.ts";
import { EXIT } from "../errors.ts";
import { columnsOf } from "../status/columns.ts";
import type { Command } from "./command.ts";

/** Several kinds need the same: each is told once. */
function missingLines(lacks: ReadonlyMap<ClientKind, readonly Lack[]>): readonly string[] {
  const all = [...lacks.values()].flat();
  const lines = new Set(all.map(({ need, found }) => `  ${need.what} (${found}): ${need.hint}`));
  return lines.size === 0 ? [] : ["", "Missing:", ...lines];
}

export const drillList: Command = {
  id: "drill list",
  summary: "list the faults that a drill can inject, and the clients that can take part",
  examples: [{ line: "baton drill list", remark: "then: baton drill run FAULT --clients CLIENT" }],
  options: [{ flags: "--json", summary: "machine-readable" }],
  async run(given, { terminal, signal }) {
    const lacks = await lacksOf(clientKinds, signal);
    const clients = clientKinds.map((kind) => {
      const { id, summary, way, manner } = kind;
      const needs = kind.needs.map(({ what, hint }) => ({ what, hint }));
      const missing = (lacks.get(kind) ?? []).map((lack) => lackSentence(id, lack));
      return { id, summary, way, manner, needs, missing };
    });
    if (given["json"] === true) {
      const rows = faults.map((fault) => {
        const { id, summary, needs } = fault;
        return { id, summary, needs, expects: expectationOf(fault) };
      });
      terminal.out(JSON.stringify({ faults: rows, clients }, undefined, 2));
      return EXIT.fine;
    }
    const broken = faults.map((fault) => {
      // Every lab has processes that can be signalled: to say so of each fault would hide the others.
      const needs = fault.needs.filter((need) => need !== "signals").join(", ");
      return [`  ${fault.id}`, expectationOf(fault), needs, fault.summary];
    });
    for (const line of columnsOf([["  fault", "expects", "needs", ""], ...broken])) terminal.out(line);
    terminal.out("");
    terminal.out("Clients:");
    const rows = clients.map(({ id, way, summary, missing }) => [
      `  ${id}`,
      missing.length === 0 ? way : "missing",
      summary,
    ]);
    for (const line of columnsOf(rows)) terminal.out(line);
    for (const line of missingLines(lacks)) terminal.out(line);
    return EXIT.fine;
  },
};
