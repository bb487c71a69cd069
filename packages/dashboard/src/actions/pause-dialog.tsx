// Pause and resume of a group: for maintenance, agents watch and do nothing.
import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import type { Answer, Refusal } from "../wire/answers.ts";
import { type ActionProps, Dialog, RefusalNote, TokenField } from "./dialog.tsx";

const MINUTES = [5, 15, 30, 60, 120, 480];
const MINUTES_USUAL = 30;

interface AskProps extends ActionProps {
  readonly title: string;
  readonly button: string;
  readonly sentence: string;
  readonly children?: ComponentChildren;
  ask(): Promise<Answer<null>>;
}

/** One question, one answer: closed when it was done, and told why when it was not. */
function AskDialog(props: AskProps) {
  const { title, button, sentence, children, token, onClose, ask } = props;
  const [isAsking, setIsAsking] = useState(false);
  const [refusal, setRefusal] = useState<Refusal | undefined>(undefined);
  const submit = async () => {
    setIsAsking(true);
    setRefusal(undefined);
    const answer = await ask();
    setIsAsking(false);
    if (answer.kind === "done") onClose();
    else setRefusal(answer.refusal);
  };
  return (
    <Dialog title={title} onClose={onClose}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void submit();
        }}
      >
        <p>{sentence}</p>
        {children}
        <TokenField token={token} />
        <RefusalNote refusal={refusal} />
        <div class="buttons">
          <button type="submit" class="main" disabled={isAsking || token.text === ""}>
            {isAsking ? "Asking…" : button}
          </button>
        </div>
      </form>
    </Dialog>
  );
}

export function PauseDialog(props: ActionProps) {
  const { group, actions, token } = props;
  const [minutes, setMinutes] = useState(MINUTES_USUAL);
  return (
    <AskDialog
      {...props}
      title={`Pause ${group.name}`}
      button="Pause"
      sentence="Agents watch and do nothing: no route moves and nobody is fenced. It ends by itself."
      ask={() => actions.pause({ group: group.name, forMs: minutes * 60_000 }, token.text)}
    >
      <label class="field">
        <span>For at most</span>
        <select
          name="minutes"
          value={String(minutes)}
          onChange={({ currentTarget }) => setMinutes(Number(currentTarget.value))}
        >
          {MINUTES.map((one) => (
            <option key={one} value={String(one)}>
              {one < 120 ? `${one} minutes` : `${one / 60} hours`}
            </option>
          ))}
        </select>
      </label>
    </AskDialog>
  );
}

export function ResumeDialog(props: ActionProps) {
  const { group, actions, token } = props;
  return (
    <AskDialog
      {...props}
      title={`Resume ${group.name}`}
      button="Resume"
      sentence="Agents act again at once: routes follow the Sentinels, and old primaries are fenced."
      ask={() => actions.resume({ group: group.name }, token.text)}
    />
  );
}
