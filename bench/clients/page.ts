// The pages on what clients lived through, drawn from what was measured. Pure.
import { measured as seconds } from "../../packages/baton/src/drill/report/words.ts";
import { UNABLE } from "./asked.ts";
import type { Measured, MeasuredClient, MeasuredDrill } from "./measured.ts";

/** One client in one drill. */
interface Lived {
  readonly drill: MeasuredDrill;
  readonly client: MeasuredClient;
}

interface Crowd {
  readonly title: string;
  readonly has: (client: MeasuredClient) => boolean;
}

const isDefault = ({ kind }: MeasuredClient) => kind.endsWith("-default");

const CROWDS: readonly Crowd[] = [
  { title: "Through Baton's router", has: ({ way }) => way === "router" },
  {
    title: "Recipes that ask the Sentinels",
    has: (client) => client.way === "sentinel" && !isDefault(client),
  },
  { title: "Libraries as their manuals show them", has: isDefault },
];

const sum = (numbers: readonly number[]) => numbers.reduce((total, one) => total + one, 0);
const unique = <T>(values: readonly T[]): readonly T[] => [...new Set(values)];

function livedIn(drills: readonly MeasuredDrill[], has: Crowd["has"]): readonly Lived[] {
  return drills.flatMap((drill) => drill.clients.filter(has).map((client) => ({ drill, client })));
}

/** null: at least one never wrote again. */
function worstMs(lived: readonly Lived[]): number | null {
  const away = lived.map(({ client }) => client.awayMs);
  return away.includes(null) ? null : Math.max(0, ...away.map((ms) => ms ?? 0));
}

const stuckIn = (lived: readonly Lived[]) =>
  lived.filter(({ client }) => client.stuck === true || client.awayMs === null).length;

/** "2.31 s", and only what went wrong beside it. */
function cellOf(lived: readonly Lived[]): string {
  if (lived.length === 0) return "-";
  const lost = sum(lived.map(({ client }) => client.lost));
  const twice = sum(lived.map(({ client }) => client.duplicated));
  const stuck = stuckIn(lived);
  const ms = worstMs(lived);
  return [
    ...(ms === null ? [] : [seconds(ms)]),
    ...(stuck > 0 ? [`**stuck ${stuck} of ${lived.length}**`] : []),
    ...(lost > 0 ? [`**${lost} lost**`] : []),
    ...(twice > 0 ? [`${twice} twice`] : []),
  ].join(", ");
}

function tableOf(header: readonly string[], rows: readonly (readonly string[])[]): readonly string[] {
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  return [line(header), `|${"---|".repeat(header.length)}`, ...rows.map(line)];
}

function crowdTable({ drills }: Measured, { title, has }: Crowd): readonly string[] {
  const kinds = unique(livedIn(drills, has).map(({ client }) => client.kind));
  if (kinds.length === 0) return [];
  const rows = unique(drills.map(({ fault }) => fault)).map((fault) => {
    const own = drills.filter((drill) => drill.fault === fault);
    return [`\`${fault}\``, ...kinds.map((kind) => cellOf(livedIn(own, (one) => one.kind === kind)))];
  });
  return [`## ${title}`, "", ...tableOf(["fault", ...kinds], rows), ""];
}

function summary({ drills }: Measured): readonly string[] {
  const rows = CROWDS.flatMap(({ title, has }) => {
    const lived = livedIn(drills, has);
    if (lived.length === 0) return [];
    const never = stuckIn(lived);
    const whole = worstMs(lived.filter(({ client }) => client.awayMs !== null)) ?? 0;
    const lost = sum(lived.map(({ client }) => client.lost));
    const twice = sum(lived.map(({ client }) => client.duplicated));
    return [[title, String(lived.length), seconds(whole), `${never}`, `${lost}`, `${twice}`]];
  });
  const header = ["", "clients in drills", "longest away", "stuck", "writes lost", "written twice"];
  return [...tableOf(header, rows), ""];
}

const unable = [...UNABLE].flatMap(([kind, why]) => [`Not here: \`${kind}\`. ${why}.`, ""]);

const LOSSES = [
  "Redis acknowledges a write before a replica has it, so whoever writes to the primary itself can lose",
  "what no replica had yet: the [rpo](../concepts/durability.md) of the cluster file says how much of it is",
  "accepted, and the verdict of each drill whether that was kept. A planned switchover loses nothing for",
  "anybody, and through the router `durability: replicated` acknowledges only what a replica has. The last",
  "column is the longest time between two lost writes of one client.",
  "",
];

/** A fault that took nothing from anybody has no row. */
function losses({ drills }: Measured): readonly string[] {
  const rows = unique(drills.map(({ fault }) => fault)).flatMap((fault) => {
    const own = drills.filter((drill) => drill.fault === fault);
    const lost = CROWDS.map(({ has }) => sum(livedIn(own, has).map(({ client }) => client.lost)));
    if (sum(lost) === 0) return [];
    const windowMs = Math.max(...own.map(({ lostWindowMs }) => lostWindowMs));
    const window = windowMs === 0 ? "one write" : `${windowMs} ms`;
    return [[`\`${fault}\``, ...lost.map(String), window]];
  });
  const header = ["fault", ...CROWDS.map(({ title }) => title), "over at most"];
  const table = rows.length === 0 ? ["No acknowledged write was lost."] : tableOf(header, rows);
  return ["## Writes lost", "", ...LOSSES, ...table, ""];
}

function verdicts({ drills, failures }: Measured): readonly string[] {
  const others = drills.filter(({ verdict }) => verdict !== "held");
  const lines = others.map(
    ({ fault, engine, verdict, reasons }) =>
      `- \`${fault}\` (${engine}): ${verdict}: ${reasons[0] ?? ""}`,
  );
  const none = failures.map(({ fault, engine, message }) => `- \`${fault}\` (${engine}): ${message}`);
  const held = `${drills.length - others.length} of ${drills.length} drills held every promise.`;
  const rest = [...lines, ...none];
  return rest.length === 0 ? [held, ""] : [`${held} The others:`, "", ...rest, ""];
}

function conditionsOf({ conditions, durability, runs }: Measured): readonly string[] {
  const { at, cpu, cores, kernel, node, loadAverage, warnings } = conditions;
  const what = `${runs} drills of each fault, \`durability: ${durability}\``;
  const machine = `${at.slice(0, 10)}; ${cores} cores (${cpu}), Linux ${kernel}, Node ${node}`;
  return [
    `${what}. ${machine}; load ${loadAverage.toFixed(2)} before the first.`,
    "Everything ran on this one machine, every client at",
    "the same time; down-after is what `baton explain` derives from an rto of 3 s.",
    ...warnings.map((warning) => `**${warning}**.`),
    "",
  ];
}

const READING = [
  "A cell is the worst of all runs: the time from the fault to the client's first acknowledged write",
  "that survived; where the old primary lives on (`switchover`, partitions, ...) the longest time",
  "between two such writes. *lost*: acknowledged, and not there at the end. *stuck*: no write within",
  "20 s after the cluster was whole again. *twice*: the library sent a write again by itself. What each",
  "fault is, and how it is cured: [drills](../drills.md).",
  "",
];

/** Recipes and defaults, fault by fault. */
export function drawClients(measured: Measured): readonly string[] {
  return [
    ...conditionsOf(measured),
    ...summary(measured),
    ...READING,
    ...CROWDS.flatMap((crowd) => crowdTable(measured, crowd)),
    ...unable,
    ...losses(measured),
    "## Verdicts",
    "",
    ...verdicts(measured),
  ].slice(0, -1);
}

/** Engines beside one another: the worst client of each crowd. */
export function drawEngines(measured: Measured): readonly string[] {
  const { drills } = measured;
  const engines = unique(drills.map(({ engine }) => engine));
  const tables = CROWDS.flatMap(({ title, has }) => {
    if (livedIn(drills, has).length === 0) return [];
    const rows = unique(drills.map(({ fault }) => fault)).map((fault) => {
      const own = drills.filter((drill) => drill.fault === fault);
      const on = (engine: string) => own.filter((drill) => drill.engine === engine);
      return [`\`${fault}\``, ...engines.map((engine) => cellOf(livedIn(on(engine), has)))];
    });
    return [`## ${title}`, "", ...tableOf(["fault", ...engines], rows), ""];
  });
  return [
    ...conditionsOf(measured),
    ...READING,
    ...tables,
    "## Verdicts",
    "",
    ...verdicts(measured),
  ].slice(0, -1);
}
