// A switchover: choose the replica, look what would happen, confirm by the group's name, and see
// what came of it.
import { useState } from "preact/hooks";
import { Mark } from "../parts/severity.tsx";
import { bytes, took } from "../state/words.ts";
import type { Check, Refusal, SwitchoverAnswer } from "../wire/answers.ts";
import type { GroupStatus } from "../wire/group.ts";
import { type ActionProps, Dialog, RefusalNote, TokenField } from "./dialog.tsx";

type Stage =
  | { readonly kind: "choosing"; readonly refusal?: Refusal }
  | { readonly kind: "looking" }
  | { readonly kind: "looked"; readonly answer: SwitchoverAnswer; readonly refusal?: Refusal }
  | { readonly kind: "switching"; readonly answer: SwitchoverAnswer }
  | { readonly kind: "over"; readonly answer: SwitchoverAnswer };

/** The word with which an agent says that all is right and it would go on. */
const WOULD = "dry-run";

export function SwitchoverDialog({ group, actions, token, onClose }: ActionProps) {
  const [to, setTo] = useState("");
  const [typed, setTyped] = useState("");
  const [stage, setStage] = useState<Stage>({ kind: "choosing" });
  const request = { group: group.name, to: to === "" ? undefined : to };
  const look = async () => {
    setStage({ kind: "looking" });
    const answer = await actions.switchover({ ...request, isDryRun: true }, token.text);
    setStage(
      answer.kind === "done"
        ? { kind: "looked", answer: answer.value }
        : { kind: "choosing", refusal: answer.refusal },
    );
  };
  const go = async (looked: SwitchoverAnswer) => {
    setStage({ kind: "switching", answer: looked });
    // To the one that the look has chosen, and to no other.
    const chosen = request.to ?? looked.to ?? undefined;
    const answer = await actions.switchover({ ...request, to: chosen, isDryRun: false }, token.text);
    setStage(
      answer.kind === "done"
        ? { kind: "over", answer: answer.value }
        : { kind: "looked", answer: looked, refusal: answer.refusal },
    );
  };
  const isLooking = stage.kind === "looking";
  const choose = (host: string) => {
    setTo(host);
    setTyped("");
    setStage({ kind: "choosing" });
  };
  return (
    <Dialog title={`Switch over ${group.name}`} onClose={onClose}>
      {stage.kind === "over" ? (
        <Outcome answer={stage.answer} />
      ) : (
        <form
          onSubmit={(event) => {
            event.preventDefault();
            if (stage.kind !== "looked" || stage.answer.outcome !== WOULD) void look();
            else if (typed === group.name) void go(stage.answer);
          }}
        >
          <Choice group={group} to={to} choose={choose} isFixed={stage.kind === "switching"} />
          <TokenField token={token} />
          {stage.kind === "choosing" || isLooking ? (
            <Look isLooking={isLooking} hasToken={token.text !== ""} refusal={refusalOf(stage)} />
          ) : (
            <Confirm stage={stage} name={group.name} typed={typed} change={setTyped} />
          )}
        </form>
      )}
    </Dialog>
  );
}

const refusalOf = (stage: Stage): Refusal | undefined =>
  "refusal" in stage ? stage.refusal : undefined;

interface ChoiceProps {
  readonly group: GroupStatus;
  readonly to: string;
  readonly isFixed: boolean;
  choose(host: string): void;
}

function Choice({ group, to, isFixed, choose }: ChoiceProps) {
  const others = group.nodes.filter(
    ({ host }) => group.route.kind !== "primary" || host !== group.route.host,
  );
  const option = (host: string, words: string, more: string) => (
    <label key={host} class="choice">
      <input
        type="radio"
        name="to"
        value={host}
        checked={to === host}
        disabled={isFixed}
        onChange={() => choose(host)}
      />
      <span>
        {words} <span class="soft">{more}</span>
      </span>
    </label>
  );
  return (
    <fieldset>
      <legend>The next primary</legend>
      {option("", "The best replica", "chosen by the agent")}
      {others.map(({ host, zone, role, link, lagBytes }) => {
        const lag = lagBytes === null ? "" : `, ${bytes(lagBytes)} behind`;
        return option(host, host, `zone ${zone}, ${link ?? role}${lag}`);
      })}
    </fieldset>
  );
}

interface LookProps {
  readonly isLooking: boolean;
  readonly hasToken: boolean;
  readonly refusal: Refusal | undefined;
}

function Look({ isLooking, hasToken, refusal }: LookProps) {
  return (
    <>
      <RefusalNote refusal={refusal} />
      <div class="buttons">
        <button type="submit" class="main" disabled={isLooking || !hasToken}>
          {isLooking ? "Looking…" : "Dry run"}
        </button>
      </div>
    </>
  );
}

function Checks({ checks }: { readonly checks: readonly Check[] }) {
  return (
    <ul class="checks" aria-label="What was looked at">
      {checks.map(({ id, ok, sentence }, index) => (
        <li key={index}>
          <Mark severity={ok ? "fine" : "error"} />
          <span>
            <span class="unseen">{ok ? "right: " : "not right: "}</span>
            {sentence} <code>{id}</code>
          </span>
        </li>
      ))}
    </ul>
  );
}

interface ConfirmProps {
  readonly stage: Extract<Stage, { kind: "looked" | "switching" }>;
  readonly name: string;
  readonly typed: string;
  change(text: string): void;
}

function Confirm({ stage, name, typed, change }: ConfirmProps) {
  const { answer } = stage;
  const isSwitching = stage.kind === "switching";
  const would = answer.outcome === WOULD;
  return (
    <>
      <div role="status">
        <p>
          <b>{would ? "Nothing has changed yet." : "Not possible at present."}</b> {answer.reason}
        </p>
        <Checks checks={answer.checks} />
      </div>
      {would ? (
        <label class="field">
          <span>
            Type <b>{name}</b> to confirm
          </span>
          <input
            name="confirm"
            autocomplete="off"
            spellcheck={false}
            value={typed}
            disabled={isSwitching}
            onInput={({ currentTarget }) => change(currentTarget.value)}
          />
        </label>
      ) : null}
      <RefusalNote refusal={refusalOf(stage)} />
      <div class="buttons">
        {would ? (
          <button type="submit" class="main danger" disabled={isSwitching || typed !== name}>
            {isSwitching ? "Switching over…" : `Switch over to ${answer.to ?? "it"}`}
          </button>
        ) : (
          <button type="submit" class="main">
            Look again
          </button>
        )}
      </div>
    </>
  );
}

function Outcome({ answer }: { readonly answer: SwitchoverAnswer }) {
  const { outcome, reason, pauseMs, checks, steps } = answer;
  const severity = outcome === "done" ? "fine" : outcome === "incomplete" ? "warning" : "error";
  const failed = checks.filter(({ ok }) => !ok);
  return (
    <div role="status">
      <p class="big">
        <Mark severity={severity} /> Switchover {outcome}
      </p>
      <p>
        {reason}
        {pauseMs === null ? "" : `; nobody could write for ${took(pauseMs)}`}
      </p>
      {failed.length === 0 ? null : <Checks checks={failed} />}
      <ol class="steps">
        {steps
          .filter(({ state }) => state !== "begins")
          .map(({ step, state, atMs, sentence }, index) => (
            <li key={index}>
              <span class="after">+{took(atMs)}</span>
              <b>
                {step} {state === "done" ? "" : state}
              </b>
              <span class="soft">{sentence}</span>
            </li>
          ))}
      </ol>
    </div>
  );
}
