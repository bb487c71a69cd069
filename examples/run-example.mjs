#!/usr/bin/env node
// Runs an example from beginning to end: builds it, starts its cluster as a lab, lets its application write,
// breaks what the example is about, reads every write back. `node examples/run-example.mjs FOLDER`, or the
// example's own `run`. Exit 0: every promise was kept; 1: one was not; 3: it could not be tried, or was
// interrupted; 4: this machine was too slow to tell.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { buildBaton, closeLab, objectivesOf, openLab } from "./runner/lab.mjs";
import { judge, openLedger, summaryOf, verdictOf } from "./runner/ledger.mjs";
import { runProgram, startProgram, stopAll } from "./runner/programs.mjs";
import { openScreen } from "./runner/shown.mjs";
import { STEPS } from "./runner/steps.mjs";
import { Failure, nowMs, until, watchPresence } from "./runner/wait.mjs";

/** Writes of each writer before the first step, and of each again after every failure. */
const WRITES = 10;
/**
 * What an application that asks Sentinels may take longer than the rto, which is about the router: Sentinel
 * announces a new primary up to 1 s after its promotion, and the recipes ask once a second.
 */
const ASKING_MS = 2_000;
const PING_MS = 1_000;
/** Who stood still for longer than this cannot say how long others did. */
const STALL_MS_MAX = 500;

const say = (line) => process.stdout.write(`${line}\n`);
const WORDS = { true: "ok", false: "NO", unknown: "??" };
const tell = ({ isKept, sentence }) => say(`  ${WORDS[isKept]}  ${sentence}`);

/** An outcome with its id is written down; everything is shown, as far as it is worth it. */
const hearing =
  ({ ledger, screen }) =>
  (who) =>
  (line) => {
    const [, outcome, id, why] = /^(done|not done|unknown) (\S+?)(?:: (.*))?$/.exec(line) ?? [];
    if (outcome !== undefined) ledger.add(who, outcome, id, why);
    screen.hear(who, line);
  };

async function build(plan, folder, signal) {
  for (const { command, what, hint } of plan.needs) {
    const { code } = await runProgram(command, { signal });
    if (code !== 0) throw new Failure(`${what} is missing (${command.join(" ")}): ${hint}`);
  }
  await buildBaton(signal);
  for (const command of plan.build(folder)) {
    say(`$ ${command.join(" ")}`);
    const { code, lines } = await runProgram(command, { signal });
    if (code !== 0) throw new Failure(`${command.join(" ")} ended with ${code}:\n${lines.join("\n")}`);
  }
}

async function untilWrote(what, stage, atMs) {
  const { application, ledger, signal, patienceMs } = stage;
  const look = () => {
    const silent = application.writers.find((who) => ledger.doneSince(who, atMs) < WRITES);
    if (silent === undefined) return undefined;
    return `${silent} has ${ledger.doneSince(silent, atMs)} writes, ${WRITES} are wanted`;
  };
  await until(what, look, { withinMs: patienceMs, signal });
}

/** The node that comes back holds what the primary holds, once it has caught up. */
async function isCopied({ lab, plan, signal }, host, kept) {
  const look = async () => {
    const there = await plan.kept(lab, host);
    const short = [...kept].find(([who, ids]) => [...ids].some((id) => !there.get(who).has(id)));
    return short === undefined ? undefined : `${host} lacks some of ${short[0]}`;
  };
  return await until(`${host} to hold the same`, look, { withinMs: 10_000, signal }).then(
    () => true,
    (error) => {
      if (error instanceof Failure) return false;
      throw error;
    },
  );
}

/** From here on what goes wrong is what the example is about: a broken promise, not an error. */
async function perform(stage, name) {
  const step = STEPS[name];
  const from = await stage.lab.whole(stage.patienceMs);
  say(`\n${name}: ${step.title} (${from})`);
  stage.presence.read();
  stage.application.begin?.();
  stage.screen.begin(name);
  const beganMs = nowMs();
  let statements;
  try {
    statements = await breakAndCure(stage, step, from);
  } catch (error) {
    if (!(error instanceof Failure) || stage.signal.aborted) throw error;
    const more = (await stage.application.judge?.({ atMs: beganMs, canTell: true })) ?? [];
    statements = [{ isKept: false, sentence: error.message }, ...more];
  }
  statements.forEach(tell);
  return statements;
}

async function breakAndCure(stage, step, from) {
  const { lab, plan, ledger, screen, presence, application, knownLost, patienceMs } = stage;
  const atMs = await step.break(lab, from, nowMs);
  screen.happened(atMs);
  await untilWrote("the application to write again", stage, nowMs());
  if (step.cure !== undefined) await lab.moved(from, patienceMs);
  const curedMs = await step.cure?.(lab, from);
  const to = await lab.whole(patienceMs);
  const afterMs = curedMs === undefined ? undefined : nowMs() - curedMs;
  await untilWrote("the application to go on", stage, nowMs());
  // What is told from here on is not read back any more in this step.
  const entries = [...ledger.entries];
  const kept = await plan.kept(lab, to);
  const summaries = application.writers.map((who) =>
    summaryOf({ who, entries, kept: kept.get(who), atMs, knownLost }),
  );
  for (const { who, lost } of summaries) for (const id of lost) knownLost.add(`${who} ${id}`);
  const { rtoMs, rpoMs } = stage.objectives;
  const isPlanned = step.isPlanned === true;
  const limitMs = rtoMs + ASKING_MS + (step.isSilent ? PING_MS : 0);
  const stalledMs = presence.read();
  for (const { who, done, notDone, unknown } of summaries)
    say(`      ${who} was told: done ${done}, not done ${notDone}, unknown ${unknown}`);
  const statements = judge({
    summaries,
    limitMs,
    rpoMs: rpoMs ?? Number.POSITIVE_INFINITY,
    isPlanned,
    moved: { from, to },
    stalledMs,
    stallMsMax: STALL_MS_MAX,
    replica: { isAttached: from !== to, afterMs },
    isCopied: await isCopied(stage, from, kept),
  });
  const canTell = stalledMs <= STALL_MS_MAX;
  const more = (await application.judge?.({ atMs, canTell, to, limitMs, isPlanned })) ?? [];
  return [...statements, ...more];
}

/** What a plan gets to start its application with. */
function toolsFor({ folder, scratch, lab, ledger, screen, signal }) {
  const hear = hearing({ ledger, screen });
  const given = (environment) => ({ ...lab.environment, ...environment });
  return {
    folder,
    /** A folder for files that are gone afterwards. */
    scratch,
    lab,
    ledger,
    nowMs,
    signal,
    /** A program that goes on until the example is over. */
    start(who, command, environment, onLine = () => undefined) {
      const told = hear(who);
      const hearLine = (line) => {
        told(line);
        onLine(line);
      };
      return startProgram(command, { environment: given(environment), onLine: hearLine });
    },
    /** A program that ends by itself. */
    run: async (who, command, environment) =>
      await runProgram(command, { environment: given(environment), signal, onLine: hear(who) }),
  };
}

async function inLab(plan, { folder, scratch, lab, objectives, signal }) {
  const beganMs = nowMs();
  const ledger = openLedger(nowMs);
  const screen = openScreen(say);
  const presence = watchPresence();
  const application = await plan.start(toolsFor({ folder, scratch, lab, ledger, screen, signal }));
  // Long enough for a failed attempt of Sentinel, which is a finding and no reason to give up.
  const patienceMs = 30_000 + objectives.rtoMs;
  const given = { plan, lab, ledger, screen, presence, application, objectives, signal, patienceMs };
  const stage = { ...given, knownLost: new Set() };
  await untilWrote("the application to write", stage, beganMs);
  const statements = [];
  for (const name of plan.steps) {
    statements.push(...(await perform(stage, name)));
    // What comes after a broken step would be measured in a broken cluster.
    if (verdictOf(statements).verdict === "broken") return statements;
  }
  const last = (await application.finish?.(stage.knownLost)) ?? [];
  last.forEach(tell);
  return [...statements, ...last];
}

async function inScratch(plan, { folder, scratch, interrupted }) {
  const over = new AbortController();
  const signal = AbortSignal.any([interrupted, over.signal]);
  const name = basename(folder);
  // One whose targets lie in folders of a host has others here.
  const file = (await plan.clusterFile?.({ folder, scratch })) ?? join(folder, "cluster.yml");
  const { objectives } = await objectivesOf(file, signal);
  const wires = plan.steps.some((step) => STEPS[step].wires === true);
  const lab = await openLab({ file, name, wires, targets: plan.targets === true, say, signal });
  try {
    const statements = await inLab(plan, { folder, scratch, lab, objectives, signal });
    const { verdict, exit } = verdictOf(statements);
    const kept = statements.filter(({ isKept }) => isKept === true).length;
    say(`\nverdict: ${verdict}: ${kept} of ${statements.length} promises were kept`);
    return exit;
  } finally {
    over.abort(new Failure("the example is over"));
    await stopAll();
    await closeLab(name);
  }
}

async function runExample(folder, interrupted) {
  const { plan } = await import(pathToFileURL(join(folder, "plan.mjs")).href);
  await build(plan, folder, interrupted);
  const scratch = await mkdtemp(join(tmpdir(), "baton-example-"));
  try {
    return await inScratch(plan, { folder, scratch, interrupted });
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

const interruption = new AbortController();
for (const name of ["SIGINT", "SIGTERM", "SIGHUP"])
  process.on(name, () => interruption.abort(new Failure(name)));
try {
  const [folder] = process.argv.slice(2);
  if (folder === undefined)
    throw new Failure("which example? node examples/run-example.mjs examples/perl-ovh");
  process.exitCode = await runExample(resolve(folder), interruption.signal);
} catch (error) {
  if (!(error instanceof Failure)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 3;
}
