// The named problems of a group, each with what to do about it.
import { SeverityTag } from "../parts/severity.tsx";
import { still } from "../parts/still.ts";
import type { ProblemStatus } from "../wire/group.ts";
import { adviceFor } from "./advice.ts";

interface ProblemsProps {
  readonly problems: readonly ProblemStatus[];
  readonly isRouted: boolean;
}

export const Problems = still(function Problems({ problems, isRouted }: ProblemsProps) {
  // Without a route there is a problem, whether it has a name yet or not.
  if (problems.length === 0 && !isRouted) return null;
  return (
    <section class="problems-panel" aria-labelledby="problems-heading">
      <h2 id="problems-heading">Problems</h2>
      {problems.length === 0 ? (
        <p class="soft">No problem found.</p>
      ) : (
        <ul class="problems">
          {problems.map((problem) => (
            <ProblemItem key={`${problem.code} ${problem.message}`} problem={problem} />
          ))}
        </ul>
      )}
    </section>
  );
});

function ProblemItem({ problem }: { readonly problem: ProblemStatus }) {
  const { code, severity, message } = problem;
  const advice = adviceFor(code);
  return (
    <li class="problem">
      <SeverityTag severity={severity} />
      <div>
        <p>
          {message} <code>{code}</code>
        </p>
        {advice === undefined ? null : (
          <p class="advice">
            {advice.sentence} <Runbook name={advice.runbook} />
          </p>
        )}
      </div>
    </li>
  );
}

/** An agent does not know where the documentation has been put. */
function Runbook({ name }: { readonly name: string | null }) {
  return name === null ? null : <span class="soft">More in docs/runbooks/{name}.md.</span>;
}
