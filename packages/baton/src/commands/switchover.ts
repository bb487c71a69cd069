// baton switchover: hands the primary over to another node, without a lost write.
import { randomUUID } from "node:crypto";
import { formatDuration, parseDuration } from "../cluster/duration.ts";
import { DRILL_VARIABLE } from "../cluster/shared-keys.ts";
import { BatonError, EXIT } from "../errors.ts";
import { pauseOf } from "../switchover/pause.ts";
import { runSwitchover } from "../switchover/run.ts";
import { steps } from "../switchover/steps.ts";
import type { Progress, SwitchoverResult } from "../switchover/types.ts";
import type { Command, Context, Given } from "./command.ts";
import { groupOf } from "./groups.ts";
import { clusterOptions, openCluster } from "./open-cluster.ts";
import { outcomeLines, planLines } from "./switchover-lines.ts";

type Asked = string | boolean | undefined;

function pauseFrom(asked: Asked): number | undefined {
  if (asked === undefined) return undefined;
  const ms = Number(asked);
  if (Number.isInteger(ms) && ms >= 300 && ms <= 60_000) return ms;
  throw new BatonError("USAGE", `--max-pause ${String(asked)}: expected 300 to 60000 milliseconds`);
}

/** @returns milliseconds from now; at most a day ahead, so that a typing error does not wait for years. */
function waitFrom(asked: Asked, nowMs: number): number {
  if (asked === undefined) return 0;
  const text = String(asked);
  const atMs = Date.parse(text);
  const aheadMs = Number.isNaN(atMs) ? parseDuration(text) : atMs - nowMs;
  if (aheadMs !== undefined && aheadMs >= 0 && aheadMs <= 86_400_000) return aheadMs;
  const expected = "a time in the next 24 hours, as 2026-11-21T03:00:00Z or as 10m";
  throw new BatonError("USAGE", `--at ${text}: expected ${expected}`);
}

function progressText({ step, state, atMs, sentence }: Progress): string {
  const number = steps.findIndex(({ id }) => id === step) + 1;
  return `  ${String(atMs).padStart(6)} ms  ${number}/${steps.length} ${step} ${state}: ${sentence}`;
}

function exitOf({ outcome, checks }: SwitchoverResult): number {
  if (outcome === "done") return EXIT.fine;
  if (outcome === "dry-run") return checks.every(({ ok }) => ok) ? EXIT.fine : EXIT.findings;
  return outcome === "incomplete" ? EXIT.unknown : EXIT.findings;
}

export const switchover: Command = {
  id: "switchover",
  summary: "hand the primary over to another node, planned, without a lost write",
  examples: [
    { line: "baton switchover --dry-run", remark: "what is checked, and every step with its undo" },
    { line: "baton switchover --to h2", remark: "h2 becomes primary; exit 0 done, 1 nothing changed" },
    { line: "baton switchover --file cluster.yml --at 10m", remark: "begins in ten minutes" },
  ],
  options: [
    ...clusterOptions,
    { flags: "--group <name>", summary: "the group; not needed when there is only one" },
    { flags: "--to <host>", summary: "the host that becomes primary; the best replica by default" },
    { flags: "--dry-run", summary: "check and show the steps; touch nothing" },
    {
      flags: "--despite-targets",
      summary: "go on although a target (load balancer, DNS ...) cannot follow at present",
    },
    {
      flags: "--max-pause <ms>",
      summary: "longest pause of writes; by default as long as down-after allows, up to 3 s",
    },
    { flags: "--at <time>", summary: "begin at this time, or after this long: 10m" },
    { flags: "--json", summary: "machine-readable" },
  ],
  async run(given: Given, context: Context) {
    const { terminal, clock, signal } = context;
    const waitMs = waitFrom(given["at"], clock.wallMs());
    const maxPauseMs = pauseFrom(given["maxPause"]);
    const { layout, secrets } = await openCluster(given, context);
    const group = groupOf(layout, given["group"]);
    const to = typeof given["to"] === "string" ? given["to"] : undefined;
    const asJson = given["json"] === true;
    const isDryRun = given["dryRun"] === true;
    if (waitMs > 0) {
      terminal.note(`waiting ${formatDuration(Math.round(waitMs / 1_000) * 1_000)} until it begins`);
      await clock.sleep(waitMs, signal);
    }
    const onProgress = (progress: Progress) => terminal.note(progressText(progress));
    const id = randomUUID();
    const drill = context.environment[DRILL_VARIABLE];
    const despiteTargets = given["despiteTargets"] === true;
    const asked = { drill, to, maxPauseMs, isDryRun, despiteTargets, onProgress };
    const options = { id, layout, group, secrets, clock, ...asked };
    const result = await runSwitchover(options, signal);
    if (asJson) terminal.out(JSON.stringify(result, undefined, 2));
    else {
      const isPlan = result.outcome === "dry-run";
      const pauseMs = maxPauseMs ?? pauseOf(group);
      for (const line of isPlan ? planLines(result, pauseMs) : outcomeLines(result)) terminal.out(line);
    }
    return exitOf(result);
  },
};
