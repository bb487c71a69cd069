// baton doctor: finds what would stop a failover, or lose data in one, before it has to work.
import { SEVERITIES } from "../doctor/finding.ts";
import { reporters } from "../doctor/reporters/index.ts";
import type { Report } from "../doctor/reporters/reporter.ts";
import { ruleLines } from "../doctor/rule-lines.ts";
import { rules } from "../doctor/rules/index.ts";
import { assert, BatonError, EXIT } from "../errors.ts";
import type { Command, Context } from "./command.ts";
import { applyFixes } from "./doctor-apply.ts";
import { writeBaseline } from "./doctor-baseline.ts";
import { askedBy, reportOn } from "./doctor-check.ts";
import { type FixAsked, fixAsked, fixFiles, fixOptions } from "./doctor-fix.ts";
import { ruleAsked, textAsked } from "./doctor-asked.ts";
import { liveOptions } from "./doctor-live.ts";
import { type Material, materialFor } from "./doctor-material.ts";
import { proveAsked, proveOption } from "./doctor-prove.ts";

function explain(id: string, { terminal }: Context): number {
  for (const line of ruleLines(ruleAsked(id, rules), { ...terminal, isVerbose: true }))
    terminal.out(line);
  return EXIT.fine;
}

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
  const isApplied = processes && (await applyFixes(findings, material, context, isDry));
  return isFixed || isApplied;
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
    proveOption,
    { flags: "--baseline <path>", summary: "say nothing of the findings in this file" },
    { flags: "--write-baseline <path>", summary: "write all findings to this file, and exit with 0" },
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
    const explained = textAsked(given, "explain");
    if (explained !== undefined) return explain(explained, context);
    if (given["prove"] !== undefined) return await proveAsked(given, context);
    const wanted = fixAsked(given, paths);
    const asked = await askedBy(given);
    const material = await materialFor(paths, given, context);
    let report = reportOn(material, asked);
    const { files, redis, sentinels } = report.checked;
    if (files + redis + sentinels === 0) throw nothingToCheck(material);
    const written = textAsked(given, "writeBaseline");
    if (written !== undefined) {
      await writeBaseline(written, report.findings);
      terminal.note(`${report.findings.length} findings written to ${written}`);
      return EXIT.fine;
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

function nothingToCheck({ looked, incomplete, roots }: Material): BatonError {
  const why = incomplete.length > 0 ? ` (${incomplete.join("; ")})` : "";
  const kinds = "redis.conf, sentinel.conf, ACL files, systemd units, ...";
  return new BatonError(
    "USAGE",
    `${roots.join(", ")}: nothing to check: none of ${looked} files is one that doctor knows: ${kinds}${why}`,
  );
}
