// What the dialogs share: the browser's own dialog, the field for the token, and how a refusal is shown.
import type { ComponentChildren } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import { Mark } from "../parts/severity.tsx";
import type { Refusal } from "../wire/answers.ts";
import type { GroupStatus } from "../wire/group.ts";
import type { AgentActions, Token } from "./agent-actions.ts";

/** What every dialog of a group needs. */
export interface ActionProps {
  readonly group: GroupStatus;
  readonly actions: AgentActions;
  readonly token: Token;
  onClose(): void;
}

interface DialogProps {
  readonly title: string;
  onClose(): void;
  readonly children: ComponentChildren;
}

/** Open as long as it is there. The browser keeps the focus inside, and gives it back at the end. */
export function Dialog({ title, onClose, children }: DialogProps) {
  const own = useRef<HTMLDialogElement>(null);
  useLayoutEffect(() => {
    const { current } = own;
    current?.showModal();
    // Closed rather than only removed: then the focus goes back to where it came from.
    return () => current?.close();
  }, []);
  return (
    <dialog ref={own} aria-labelledby="dialog-heading" onClose={onClose}>
      <div class="heading">
        <h2 id="dialog-heading">{title}</h2>
        <button type="button" class="plain" onClick={() => own.current?.close()}>
          Close
        </button>
      </div>
      {children}
    </dialog>
  );
}

export function TokenField({ token }: { readonly token: Token }) {
  return (
    <label class="field">
      <span>
        The agent's token <small class="soft">kept in this page's memory only</small>
      </span>
      <input
        type="password"
        name="token"
        autocomplete="off"
        spellcheck={false}
        required
        value={token.text}
        onInput={({ currentTarget }) => token.change(currentTarget.value.trim())}
      />
    </label>
  );
}

export function RefusalNote({ refusal }: { readonly refusal: Refusal | undefined }) {
  return (
    <div role="alert">
      {refusal === undefined ? null : (
        <p class="refusal">
          <Mark severity="error" />
          <span>
            <code>{refusal.code}</code> {refusal.message}
            {refusal.hint === "" ? null : <span class="hint">{refusal.hint}</span>}
          </span>
        </p>
      )}
    </div>
  );
}
