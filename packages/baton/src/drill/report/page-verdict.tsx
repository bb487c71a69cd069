// The head of the report's page: the verdict in one word, the figures it stands on, and every promise
// with its own verdict.
import type { DrillResult, Verdict as Word } from "../types.ts";
import { promiseName } from "./account.ts";
import { printable, rpoSentence, rtoSentence, staleFigure, VERDICTS } from "./words.ts";

const TEXT_MAX = 300;
const PROMISES_MAX = 20;

const SYMBOLS: Readonly<Record<Word, string>> = { held: "✓", broken: "✕", unknown: "?" };

export function Verdict({ result }: { readonly result: DrillResult }) {
  const { verdict, cluster, startedAt } = result;
  const fault = printable(result.fault, TEXT_MAX);
  const name = printable(cluster.name, TEXT_MAX);
  const group = printable(cluster.group, TEXT_MAX);
  const time = printable(startedAt, TEXT_MAX).replace(/T([\d:]+).*/u, " $1 UTC");
  return (
    <header>
      <h1>
        Drill <b>{fault}</b> on <b>{name}</b>, group {group}, {time}
      </h1>
      <section class={`verdict ${verdict}`} aria-label="Verdict">
        <p class="word">
          <span aria-hidden="true">{SYMBOLS[verdict]} </span>
          {verdict.toUpperCase()}
          <small>{VERDICTS[verdict]}</small>
        </p>
        <dl>
          <dt>RTO</dt>
          <dd>{rtoSentence(result)}</dd>
          <dt>RPO</dt>
          <dd>{printable(rpoSentence(result), TEXT_MAX)}</dd>
          {result.stale === null ? null : <dt>Old primary</dt>}
          {result.stale === null ? null : <dd>{staleFigure(result.stale)}</dd>}
        </dl>
      </section>
      <Promises result={result} />
    </header>
  );
}

function Promises({ result: { promises } }: { readonly result: DrillResult }) {
  return (
    <table class="promises">
      <caption>Every promise that was judged, worst first.</caption>
      <thead>
        <tr>
          <th scope="col">Promise</th>
          <th scope="col">Verdict</th>
          <th scope="col">Because</th>
        </tr>
      </thead>
      <tbody>
        {promises.slice(0, PROMISES_MAX).map(({ promise, verdict, sentence }, index) => (
          <tr key={index}>
            <th scope="row">{promiseName(promise)}</th>
            <td class={`mark ${verdict}`}>
              <span aria-hidden="true">{SYMBOLS[verdict]} </span>
              {verdict}
            </td>
            <td class="text">
              <div class="clamp">{printable(sentence, TEXT_MAX)}</div>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
