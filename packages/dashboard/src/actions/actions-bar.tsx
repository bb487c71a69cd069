// The buttons of a group: switchover, pause, resume; or why there are none.
import { useState } from "preact/hooks";
import type { GroupStatus } from "../wire/group.ts";
import type { AgentActions, Token } from "./agent-actions.ts";
import { PauseDialog, ResumeDialog } from "./pause-dialog.tsx";
import { SwitchoverDialog } from "./switchover-dialog.tsx";

interface ActionsBarProps {
  readonly group: GroupStatus;
  readonly canChange: boolean;
  readonly actions: AgentActions;
  readonly token: Token;
}

export function ActionsBar({ group, canChange, actions, token }: ActionsBarProps) {
  const [open, setOpen] = useState<"switchover" | "pause" | "resume" | undefined>(undefined);
  const close = () => setOpen(undefined);
  if (!canChange)
    return <p class="actions soft">Read-only: the cluster file names no token for this agent.</p>;
  const shared = { group, actions, token, onClose: close };
  return (
    <div class="actions">
      <button type="button" onClick={() => setOpen("switchover")}>
        Switch over…
      </button>
      {group.pause === null ? (
        <button type="button" onClick={() => setOpen("pause")}>
          Pause…
        </button>
      ) : (
        <button type="button" onClick={() => setOpen("resume")}>
          Resume…
        </button>
      )}
      {open === "switchover" ? <SwitchoverDialog {...shared} /> : null}
      {open === "pause" ? <PauseDialog {...shared} /> : null}
      {open === "resume" ? <ResumeDialog {...shared} /> : null}
    </div>
  );
}
