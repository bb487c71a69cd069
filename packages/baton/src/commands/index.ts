// The explicit table of commands, alphabetical. A command's module is loaded only when it is asked for.
import type { Command } from "./command.ts";

export interface CommandEntry {
  readonly id: string;
  load(): Promise<Command>;
  /** Of the words of a command line: they begin as this command's, and are another one's. */
  readonly unless?: (words: readonly string[]) => boolean;
}

/** Sentinel calls `notify GROUP ROLE ...`, and a group may be called as a command is. */
const isHookCall = (words: readonly string[]): boolean =>
  words[2] === "leader" || words[2] === "observer";

export const commands: readonly CommandEntry[] = [
  { id: "adopt", load: async () => (await import("./adopt.ts")).adopt },
  { id: "agent", load: async () => (await import("./agent.ts")).agent },
  { id: "completion", load: async () => (await import("./completion.ts")).completion },
  { id: "converge", load: async () => (await import("./converge.ts")).converge },
  { id: "demo", load: async () => (await import("./demo.ts")).demo },
  { id: "deploy", load: async () => (await import("./deploy.ts")).deploy },
  { id: "doctor", load: async () => (await import("./doctor.ts")).doctor },
  { id: "drill compare", load: async () => (await import("./drill-compare.ts")).drillCompare },
  { id: "drill list", load: async () => (await import("./drill-list.ts")).drillList },
  { id: "drill matrix", load: async () => (await import("./drill-matrix.ts")).drillMatrix },
  { id: "drill report", load: async () => (await import("./drill-report.ts")).drillReport },
  { id: "drill run", load: async () => (await import("./drill-run.ts")).drillRun },
  { id: "drill trend", load: async () => (await import("./drill-trend.ts")).drillTrend },
  { id: "errors", load: async () => (await import("./errors.ts")).errors },
  { id: "explain", load: async () => (await import("./explain.ts")).explain },
  { id: "history", load: async () => (await import("./history.ts")).history },
  { id: "lab cont", load: async () => (await import("./lab-cont.ts")).labCont },
  { id: "lab cut", load: async () => (await import("./lab-cut.ts")).labCut },
  { id: "lab delay", load: async () => (await import("./lab-delay.ts")).labDelay },
  { id: "lab down", load: async () => (await import("./lab-down.ts")).labDown },
  { id: "lab heal", load: async () => (await import("./lab-heal.ts")).labHeal },
  { id: "lab kill", load: async () => (await import("./lab-kill.ts")).labKill },
  { id: "lab logs", load: async () => (await import("./lab-logs.ts")).labLogs },
  { id: "lab own", load: async () => (await import("./lab-own.ts")).labOwn },
  { id: "lab start", load: async () => (await import("./lab-start.ts")).labStart },
  { id: "lab status", load: async () => (await import("./lab-status.ts")).labStatus },
  { id: "lab stop", load: async () => (await import("./lab-stop.ts")).labStop },
  { id: "lab terminate", load: async () => (await import("./lab-terminate.ts")).labTerminate },
  { id: "lab up", load: async () => (await import("./lab-up.ts")).labUp },
  { id: "node-start", load: async () => (await import("./node-start.ts")).nodeStart },
  { id: "notify", load: async () => (await import("./notify.ts")).notify },
  {
    id: "notify list",
    unless: isHookCall,
    load: async () => (await import("./notify-list.ts")).notifyList,
  },
  {
    id: "notify test",
    unless: isHookCall,
    load: async () => (await import("./notify-test.ts")).notifyTest,
  },
  { id: "pause", load: async () => (await import("./pause.ts")).pause },
  { id: "render", load: async () => (await import("./render.ts")).render },
  { id: "resume", load: async () => (await import("./resume.ts")).resume },
  { id: "router", load: async () => (await import("./router.ts")).router },
  { id: "router-worker", load: async () => (await import("./router-worker.ts")).routerWorker },
  { id: "sentinel-start", load: async () => (await import("./sentinel-start.ts")).sentinelStart },
  { id: "status", load: async () => (await import("./status.ts")).status },
  { id: "switchover", load: async () => (await import("./switchover.ts")).switchover },
  { id: "targets check", load: async () => (await import("./targets-check.ts")).targetsCheck },
  { id: "targets list", load: async () => (await import("./targets-list.ts")).targetsList },
  { id: "targets sync", load: async () => (await import("./targets-sync.ts")).targetsSync },
  { id: "top", load: async () => (await import("./top.ts")).top },
];
