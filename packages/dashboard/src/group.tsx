// One group on the live page: where writes go, what is wrong, and what every node and every Sentinel
// says.
import type {
  GroupStatus,
  NodeStatus,
  Place,
  ProblemStatus,
  RouteStatus,
  SentinelStatus,
  TargetStatus,
} from "./status.ts";

export function GroupPanel({ group }: { readonly group: GroupStatus }) {
  return (
    <section class="group">
      <h2>{group.name}</h2>
      <Route route={group.route} />
      <Problems problems={group.problems} isRouted={group.route.kind === "primary"} />
      <Nodes nodes={group.nodes} />
      <Sentinels sentinels={group.sentinels} route={group.route} />
      <Targets targets={group.targets} />
    </section>
  );
}

const endpoint = ({ address, port }: Place): string =>
  `${address.includes(":") ? `[${address}]` : address}:${port}`;

function Route({ route }: { readonly route: RouteStatus }) {
  if (route.kind === "none") {
    return (
      <p class="route none">
        <b>No route.</b> {route.reason}
      </p>
    );
  }
  const word = route.confirmed
    ? "confirmed by a majority of the Sentinels"
    : "early: a majority has yet to confirm it";
  return (
    <p class={route.confirmed ? "route confirmed" : "route early"}>
      Writes go to <b>{route.host}</b> <span class="place">{endpoint(route)}</span>
      <small>
        epoch {route.epoch}, {word}
      </small>
    </p>
  );
}

const SYMBOLS: Readonly<Record<string, string>> = { error: "✕", warning: "!", info: "i" };

interface ProblemsProps {
  readonly problems: readonly ProblemStatus[];
  readonly isRouted: boolean;
}

function Problems({ problems, isRouted }: ProblemsProps) {
  // Without a route there is a problem, whether it has a name yet or not.
  if (problems.length === 0) return isRouted ? <p class="soft">No problem found.</p> : null;
  return (
    <ul class="problems">
      {problems.map(({ code, severity, message }) => (
        <li key={`${code} ${message}`} class={severity in SYMBOLS ? severity : "info"}>
          <span class="severity">
            <span aria-hidden="true">{SYMBOLS[severity] ?? "i"}</span> {severity}
          </span>
          <span>
            {message} <code>{code}</code>
          </span>
        </li>
      ))}
    </ul>
  );
}

interface TableProps {
  readonly caption: string;
  readonly columns: readonly string[];
  /** The first cell of a row is its heading. */
  readonly rows: readonly (readonly string[])[];
}

function Table({ caption, columns, rows }: TableProps) {
  if (rows.length === 0) return null;
  return (
    <div class="wide">
      <table>
        <caption>{caption}</caption>
        <thead>
          <tr>
            {columns.map((column) => (
              <th key={column} scope="col">
                {column}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(([heading, ...cells]) => (
            <tr key={heading}>
              <th scope="row">{heading}</th>
              {cells.map((cell, index) => (
                <td key={columns[index + 1]}>{cell}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Nodes({ nodes }: { readonly nodes: readonly NodeStatus[] }) {
  const rows = nodes.map((node) => [
    node.id,
    endpoint(node),
    node.zone,
    node.reason === null ? node.role : `${node.role}: ${node.reason}`,
    [node.link, node.of === null ? null : `to ${node.of}`].filter((part) => part !== null).join(" "),
    node.lagBytes === null ? "" : bytes(node.lagBytes),
  ]);
  return (
    <Table
      caption="Redis nodes"
      columns={["Node", "Address", "Zone", "Role", "Link", "Behind"]}
      rows={rows}
    />
  );
}

/** "0 B", "1.2 kB", "34 MB". */
function bytes(count: number): string {
  const power = Math.min(4, Math.floor(Math.log10(Math.max(1, count)) / 3));
  const value = count / 1000 ** power;
  const digits = power === 0 || value >= 10 ? 0 : 1;
  return `${value.toFixed(digits)} ${["B", "kB", "MB", "GB", "TB"][power]}`;
}

interface SentinelsProps {
  readonly sentinels: readonly SentinelStatus[];
  readonly route: RouteStatus;
}

function Sentinels({ sentinels, route }: SentinelsProps) {
  const rows = sentinels.map((sentinel) => [
    sentinel.id,
    endpoint(sentinel),
    sentinel.reason === null ? sentinel.state : `${sentinel.state}: ${sentinel.reason}`,
    opinion(sentinel, route),
    sentinel.epoch === null ? "" : String(sentinel.epoch),
    [...sentinel.flags.filter((flag) => flag !== "master"), ...(sentinel.tilt ? ["TILT"] : [])].join(
      ", ",
    ),
  ]);
  const columns = ["Sentinel", "Address", "State", "Names as primary", "Epoch", "Flags"];
  return <Table caption="Sentinels" columns={columns} rows={rows} />;
}

function Targets({ targets }: { readonly targets: readonly TargetStatus[] }) {
  const rows = targets.map(({ name, host, ok, sentence }) => [
    `${name}, by ${host}`,
    ok ? "follows" : "does not follow",
    sentence,
  ]);
  return <Table caption="Targets" columns={["Target", "State", "Says"]} rows={rows} />;
}

function opinion({ primary }: SentinelStatus, route: RouteStatus): string {
  if (primary === null) return "";
  const isOther = route.kind === "primary" && endpoint(primary) !== endpoint(route);
  return isOther ? `${endpoint(primary)} (not the route)` : endpoint(primary);
}
