// baton doctor: finds what would stop a failover, or lose data in one, before it has to work.
import { counted, printable } from "../cluster/text.ts";
import { SEVERITIES } from "../doctor/finding.ts";
import { reporters } from "../doctor/reporters/index.ts";
import type { Report } from "../doctor/reporters/reporter.ts";
import { assert, EXIT } from "../errors.ts";
import { expectShortRun } from "../sys/short-run.ts";
import type { Command, Context } from "./command.ts";
import { writeBaseline } from "./doctor-baseline.ts";
import { askedBy, nothingToCheck, reportOn } from "./doctor-check.ts";
import { type FixAsked, fixAsked, fixFiles, fixOptions } from "./doctor-fix.ts";
import { textAsked } from "./doctor-asked.ts";
import { liveOptions } from "./doctor-live-options.ts";
import { type Material, materialFor } from "./doctor-material.ts";

/** Nothing found in a part of what was given is no "fine". */
function exitOf({ findings, incomplete }: Report): number {
  if (findings.length > 0) return EXIT.findings;
  return incomplete.length > 0 ? EXIT.usage : EXIT.fine;
}

/** @returns whether anything is other than it was. */
async function mend(
  { findings }: Report,
  material: Material,
  { files, processes, isDry }: FixAsked,
  context: Context,
): Promise<boolean> {
  const isFixed = files && (await fixFiles(findings, material.onDisk, context, isDry));
  if (!processes) return isFixed;
  const { applyFixes } = await import("./doctor-apply.ts");
  return (await applyFixes(findings, material, context, isDry)) || isFixed;
}

export const doctor: Command = {
  id: "doctor",
  summary: "find what would stop a failover, or lose data in one, in files, code and running processes",
  examples: [
    {
      line: "baton doctor /etc/redis",
      remark: "exit 1 when something is found, 2 when not all could be read",
    },
    { line: "baton doctor . --severity error", remark: "a whole repository; only what breaks" },
    {
      line: "baton doctor --file cluster.yml",
      remark: "what Baton itself would write for this cluster",
    },
    {
      line: "baton doctor --explain SEN001",
      remark: "why a rule is there, what it finds, what is right",
    },
    { line: "baton doctor --prove SEN038", remark: "see it happen, and that the fix helps" },
    {
      line: "baton doctor . --write-baseline known.json",
      remark: "from then on: --baseline known.json",
    },
    {
      line: "baton doctor configs --fix --dry-run",
      remark: "the diff of what is certain; without --dry-run it is also written",
    },
    {
      line: "baton doctor --file cluster.yml --live --apply",
      remark: "CONFIG SET and SENTINEL SET where certain, with their undo",
    },
  ],
  arguments: [{ name: "[paths...]", summary: "files and folders; every kind of file is recognised" }],
  options: [
    {
      flags: "--file <path>",
      summary: "a cluster file: checks what follows from it, and takes its objectives",
    },
    {
      flags: "--format <format>",
      summary: "how to say it",
      fallback: "text",
      choices: reporters.map(({ id }) => id),
    },
    { flags: "--rule <ids>", summary: "only these rules, with commas between" },
    {
      flags: "--severity <severity>",
      summary: "say nothing of what is less severe",
      fallback: "warning",
      choices: SEVERITIES,
    },
    {
      flags: "--explain <rule>",
      summary: "print one rule with its reason and examples, and check nothing",
    },
    {
      flags: "--prove [rule]",
      summary: "run a rule's mistake and its fix on processes of this machine; alone: list the proofs",
    },
    { flags: "--baseline <path>", summary: "say nothing of the findings in this file" },
    {
      flags: "--write-baseline <path>",
      summary: "write what is found to this file, also what --baseline knows",
    },
    { flags: "--rto <duration>", summary: "how long the service may be down, as 5s" },
    { flags: "--rpo <duration>", summary: "how old a write may be and still get lost, as 5s" },
    ...liveOptions,
    ...fixOptions,
    {
      flags: "--verbose",
      summary: "all places, all files that were not read, what rules would need to know",
    },
  ],
  async run(given, context, paths = []) {
    const { terminal } = context;
    // Proofs need the lab, and that takes longer to load than a few hundred files take to check.
    const explained = textAsked(given, "explain");
    if (explained !== undefined)
      return (await import("./doctor-explain.ts")).explain(explained, context);
    if (given["prove"] !== undefined)
      return await (await import("./doctor-prove.ts")).proveAsked(given, context);
    expectShortRun();
    const wanted = fixAsked(given, paths);
    const asked = await askedBy(given);
    const material = await materialFor(paths, given, context);
    let report = reportOn(material, asked);
    const { files, redis, sentinels } = report.checked;
    if (files + redis + sentinels === 0) throw nothingToCheck(material);
    const written = textAsked(given, "writeBaseline");
    if (written !== undefined) {
      await writeBaseline(written, report.findings);
      terminal.note(`${counted(report.findings.length, "finding")} written to ${written}`);
      for (const clause of report.incomplete) terminal.note(printable(`incomplete: ${clause}`));
      return report.incomplete.length > 0 ? EXIT.usage : EXIT.fine;
    }
    if (wanted !== undefined) {
      const isChanged = await mend(report, material, wanted, context);
      if (wanted.isDry) return exitOf(report);
      if (isChanged) report = reportOn(await materialFor(paths, given, context), asked);
    }
    const reporter = reporters.find(({ id }) => id === textAsked(given, "format"));
    assert(reporter !== undefined, "the choices of --format are the reporters");
    const text = reporter.render(report, { ...terminal, isVerbose: given["verbose"] === true });
    if (text !== "") terminal.out(text);
    return exitOf(report);
  },
};
