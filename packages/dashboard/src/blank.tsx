// The page before its script runs: what it shows while it has heard nothing. Built into index.html, so that
// whoever waits for a busy agent sees that something comes.
import { renderToString } from "preact-render-to-string";
import { App } from "./app.tsx";
import { beginning } from "./state/live.ts";

const nobodyYet = () => new Promise<never>(() => undefined);
const actions = { switchover: nobodyYet, pause: nobodyYet, resume: nobodyYet };

export function blankPage(): string {
  const zones = new Map<string, string>();
  const shown = { address: { kind: "overview" }, nowMs: 0, widthPx: 0 } as const;
  return renderToString(<App {...shown} live={beginning} zones={zones} actions={actions} />);
}
