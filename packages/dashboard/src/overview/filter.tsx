// The filter of the overview: words to look for, and how many groups are how bad.
import { useEffect, useRef } from "preact/hooks";
import { Mark } from "../parts/severity.tsx";
import { type Counts, SEVERITIES, type Severity } from "../state/order.ts";

interface FilterProps {
  readonly text: string;
  readonly severity: Severity | "quiet" | undefined;
  readonly counts: Counts;
  readonly all: number;
  changeText(text: string): void;
  changeSeverity(severity: Severity | "quiet" | undefined): void;
}

const TEXT_MAX = 100;

export function Filter(props: FilterProps) {
  const { text, severity, counts, all, changeText, changeSeverity } = props;
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      const { activeElement: at } = document;
      const isTyping = at instanceof HTMLInputElement || at instanceof HTMLSelectElement;
      if (event.key !== "/" || isTyping || event.ctrlKey || event.metaKey || event.altKey) return;
      event.preventDefault();
      field.current?.focus();
      field.current?.select();
    };
    addEventListener("keydown", onKey);
    return () => removeEventListener("keydown", onKey);
  }, []);
  const chip = (own: Severity | "quiet", count: number) =>
    count === 0 && severity !== own ? null : (
      <button
        key={own}
        type="button"
        class={`chip ${own}`}
        aria-pressed={severity === own}
        onClick={() => changeSeverity(severity === own ? undefined : own)}
      >
        {own === "quiet" ? null : <Mark severity={own} />}
        {count} {own}
      </button>
    );
  return (
    <div class="filter" role="search">
      <label>
        <span class="unseen">Filter groups</span>
        <input
          ref={field}
          id="filter"
          type="search"
          placeholder="Filter: name, host, words"
          autocomplete="off"
          spellcheck={false}
          maxLength={TEXT_MAX}
          aria-keyshortcuts="/"
          value={text}
          onInput={({ currentTarget }) => changeText(currentTarget.value)}
          onKeyDown={({ key }) => (key === "Escape" ? changeText("") : undefined)}
        />
        <kbd aria-hidden="true">/</kbd>
      </label>
      <div class="chips" role="group" aria-label="Only groups that are">
        {SEVERITIES.map((one) => chip(one, counts[one]))}
        {chip("quiet", counts.quiet)}
        <span class="soft">of {all}</span>
      </div>
    </div>
  );
}
