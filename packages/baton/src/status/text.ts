// A group's status for people: what matters first, then who says what. Pure: lines in, nothing printed.
import { createColors } from "picocolors";
import { listed } from "../cluster/text.ts";
import { endpointText } from "../decide/agree.ts";
import { columnsOf } from "./columns.ts";
import type { GroupStatus, Status } from "./status.ts";

export interface TextOptions {
  readonly colour: boolean;
}

function routeLine({ route, name }: GroupStatus, paint: ReturnType<typeof createColors>): string {
  if (route.kind === "none") return `${paint.bold(name)}  ${paint.red("no route")}: ${route.reason}`;
  const where = `${paint.green(route.host)} ${endpointText(route)}`;
  const early = route.confirmed
    ? ""
    : paint.yellow(" (early: a majority of the Sentinels has yet to confirm it)");
  return `${paint.bold(name)}  writes go to ${where}, epoch ${route.epoch}${early}`;
}

function bytes(value: number | null): string {
  return value === null ? "-" : `${value}`;
}

function groupLines(group: GroupStatus, { colour }: TextOptions): string[] {
  const paint = createColors(colour);
  const severity = { error: paint.red("error  "), warning: paint.yellow("warning"), info: "info   " };
  const nodes = group.nodes.map((node) => [
    `  ${node.id}`,
    endpointText(node),
    `zone ${node.zone}`,
    node.role,
    node.role === "replica" ? `of ${node.of} (${node.link})` : (node.reason ?? ""),
    node.role === "replica" ? `lag ${bytes(node.lagBytes)} bytes` : "",
  ]);
  const sentinels = group.sentinels.map((sentinel) => [
    `  ${sentinel.id}`,
    endpointText(sentinel),
    sentinel.primary === null ? "silent" : `names ${endpointText(sentinel.primary)}`,
    sentinel.epoch === null ? (sentinel.reason ?? "") : `epoch ${sentinel.epoch}`,
    sentinel.flags.filter((flag) => flag !== "master").join(","),
    sentinel.tilt ? "TILT" : "",
  ]);
  const targets = group.targets.map(({ name, host, ok, sentence }) => [
    `  ${name}`,
    `by ${host}`,
    ok ? "ok" : paint.red("NO"),
    sentence,
  ]);
  const { confirmations } = group;
  // What is refused stands among the problems.
  const confirmed =
    confirmations.kind === "asked" ? [`  confirmed by ${listed(confirmations.names)}`] : [];
  return [
    routeLine(group, paint),
    ...confirmed,
    ...group.problems.map(
      ({ severity: rank, code, message }) => `  ${severity[rank]}  ${message}  [${code}]`,
    ),
    "nodes",
    ...columnsOf(nodes),
    "sentinels",
    ...columnsOf(sentinels),
    ...(targets.length === 0 ? [] : ["targets", ...columnsOf(targets)]),
  ];
}

export function statusLines(status: Status, options: TextOptions): readonly string[] {
  return status.groups.flatMap((group, index) => [
    ...(index === 0 ? [] : [""]),
    ...groupLines(group, options),
  ]);
}
