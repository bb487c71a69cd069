// What stands behind the verdict: the ledger in sums, errors by class, the cluster's configuration, and
// what the run does not prove.
import { counted, seconds } from "redis-baton-dashboard/drawings";
import type { DrillEvidence, DrillResult } from "../types.ts";
import {
  accountRows,
  configurationRows,
  errorRows,
  type ErrorRow,
  limitsOf,
  timingRow,
} from "./account.ts";
import { Wide } from "./page-tables.tsx";
import { printable, resyncFigure } from "./words.ts";

const TEXT_MAX = 300;
const NAME_MAX = 60;
const KINDS_MAX = 60;
const ERRORS_MAX = 40;
const HOSTS_MAX = 60;
const TIMINGS_MAX = 20;
/** On paper there is room for so many; the others are on the screen and in the JSON result. */
const KINDS_ON_PAPER = 4;
const ERRORS_ON_PAPER = 4;
const HOSTS_ON_PAPER = 5;

const onScreenOnly = (index: number, onPaper: number): string => (index < onPaper ? "" : "screen");

const COLUMNS = ["Sent", "Acknowledged", "Refused", "Unknown", "Lost", "Twice"];

export function Ledger({ evidence }: { readonly evidence: DrillEvidence }) {
  const rows = accountRows(evidence.result);
  const kinds = rows.slice(0, -1);
  const all = rows.slice(-1);
  const isShort = kinds.length <= KINDS_ON_PAPER;
  return (
    <div class="pair">
      <div>
        <h2>The ledger</h2>
        <Wide label="Ledger">
          <table>
            <caption>
              Every write that was sent, looked for on the final primary at the end. Refused: certainly
              not executed. Unknown: it may be there or not. Twice: executed more than once.
            </caption>
            <thead>
              <tr>
                <th scope="col">Clients</th>
                {COLUMNS.map((name) => (
                  <th key={name} scope="col" class="number">
                    {name}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {[...kinds.slice(0, KINDS_MAX), ...all].map((row, index) => (
                <tr key={index} class={isShort || row === all[0] ? "" : "screen"}>
                  <th scope="row">
                    <div class="name">{row.label}</div>
                  </th>
                  <td class="number">{row.sent}</td>
                  <td class="number">{row.acknowledged}</td>
                  <td class="number">{row.refused}</td>
                  <td class="number">{row.unknown}</td>
                  <td class={row.lost > 0 ? "number bad" : "number"}>{row.lost}</td>
                  <td class={row.duplicated > 0 ? "number bad" : "number"}>{row.duplicated}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </Wide>
      </div>
      <Errors rows={errorRows(evidence)} />
    </div>
  );
}

function Errors({ rows }: { readonly rows: readonly ErrorRow[] }) {
  const shown = rows.slice(0, ERRORS_MAX);
  const left = rows.length - shown.length;
  return (
    <div>
      <h2>Errors by class</h2>
      {shown.length === 0 ? <p>No write ended with an error.</p> : null}
      {shown.length === 0 ? null : (
        <table>
          <caption>How writes ended that were not acknowledged.</caption>
          <thead>
            <tr>
              <th scope="col">Error</th>
              <th scope="col" class="number">
                Refused
              </th>
              <th scope="col" class="number">
                Unknown
              </th>
              <th scope="col" class="number">
                Clients
              </th>
            </tr>
          </thead>
          <tbody>
            {shown.map(({ error, refused, unknown, clients }, index) => (
              <tr key={index} class={onScreenOnly(index, ERRORS_ON_PAPER)}>
                <th scope="row" class="text">
                  <div class="clamp">{printable(error, NAME_MAX)}</div>
                </th>
                <td class="number">{refused}</td>
                <td class="number">{unknown}</td>
                <td class="number">{clients}</td>
              </tr>
            ))}
            {left <= 0 ? null : (
              <tr>
                <td colSpan={4}>{`and ${counted(left, "more class", "more classes")}`}</td>
              </tr>
            )}
          </tbody>
        </table>
      )}
    </div>
  );
}

export function Configuration({ result }: { readonly result: DrillResult }) {
  const facts: readonly (readonly [string, string])[] = [
    ...configurationRows(result),
    ["Duration of the drill", seconds(result.durationMs, 1)],
    ["Whole again after the cure", result.whole ? "yes, checked" : "not proven"],
    ["Resynchronisations", resyncFigure(result)],
  ];
  return (
    <>
      <h2>The cluster</h2>
      <dl class="facts">
        {facts.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{printable(value, TEXT_MAX)}</dd>
          </div>
        ))}
      </dl>
      <Wide label="Timings">
        <Timings result={result} />
      </Wide>
      <Wide label="Hosts">
        <Hosts result={result} />
      </Wide>
    </>
  );
}

function Timings({ result: { cluster } }: { readonly result: DrillResult }) {
  return (
    <table class="timings">
      <caption>Timings, with the reason of each.</caption>
      <thead>
        <tr>
          <th scope="col">Setting</th>
          <th scope="col" class="number">
            Value
          </th>
          <th scope="col" class="text">
            Because
          </th>
        </tr>
      </thead>
      <tbody>
        {cluster.timings.slice(0, TIMINGS_MAX).map((timing, index) => {
          const { name, value } = timingRow(timing);
          const set = timing.origin === "set" ? "Set by hand. " : "";
          return (
            <tr key={index}>
              <th scope="row">{name}</th>
              <td class="number">{value}</td>
              <td class="text">
                <div class="clamp">{printable(`${set}${timing.reason}`, TEXT_MAX)}</div>
              </td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}

function Hosts({ result: { cluster } }: { readonly result: DrillResult }) {
  const shown = cluster.hosts.slice(0, HOSTS_MAX);
  return (
    <table>
      <caption>What ran where.</caption>
      <thead>
        <tr>
          <th scope="col">Host</th>
          <th scope="col">Zone</th>
          <th scope="col">Address</th>
          <th scope="col" class="text">
            Runs
          </th>
        </tr>
      </thead>
      <tbody>
        {shown.map(({ name, zone, address, runs }, index) => (
          <tr key={index} class={onScreenOnly(index, HOSTS_ON_PAPER)}>
            <th scope="row">{printable(name, NAME_MAX)}</th>
            <td>{printable(zone, NAME_MAX)}</td>
            <td>{printable(address, NAME_MAX)}</td>
            <td class="text">{printable(runs.join(", "), NAME_MAX)}</td>
          </tr>
        ))}
        {shown.length <= HOSTS_ON_PAPER ? null : (
          <tr class="paper">
            <td colSpan={4}>
              {`and ${counted(cluster.hosts.length - HOSTS_ON_PAPER, "more host")}, in result.json`}
            </td>
          </tr>
        )}
      </tbody>
    </table>
  );
}

export function Limits({ result }: { readonly result: DrillResult }) {
  return (
    <section class="limits">
      <h2>What this does not prove</h2>
      <ul>
        {limitsOf(result).map((limit) => (
          <li key={limit}>{limit}</li>
        ))}
      </ul>
    </section>
  );
}
