// Runs in the browser: looks at the agent that served the page every second, and draws what it said.
import { render } from "preact";
import { App } from "./app.tsx";
import { beginning, type Live } from "./live.ts";
import { look } from "./look.ts";

const EVERY_MS = 1000;
const ANSWER_WITHIN_MS = 2000;
const ANSWER_CHARACTERS_MAX = 4_000_000;

function draw(live: Live): void {
  const root = document.querySelector("#app");
  if (root !== null) render(<App live={live} nowMs={performance.now()} />, root);
}

/** @throws Error with a sentence for the reader: no answer, not a good one, or not in time. */
async function ask(path: string, signal: AbortSignal): Promise<unknown> {
  const inTime = AbortSignal.timeout(ANSWER_WITHIN_MS);
  try {
    const response = await fetch(path, { signal: AbortSignal.any([signal, inTime]), cache: "no-store" });
    if (!response.ok) throw new Error(`${path} answered ${response.status}`);
    const text = await response.text();
    if (text.length > ANSWER_CHARACTERS_MAX)
      throw new Error(`${path} answered ${text.length} characters`);
    return JSON.parse(text);
  } catch (error) {
    throw inTime.aborted
      ? new Error(`no answer within ${ANSWER_WITHIN_MS / 1000} s`, { cause: error })
      : error;
  }
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

async function watch(signal: AbortSignal): Promise<void> {
  const agent = { ask: (path: string) => ask(path, signal), nowMs: () => performance.now() };
  let live = beginning;
  draw(live);
  for (;;) {
    const beganMs = performance.now();
    live = await look(live, agent);
    if (signal.aborted) return;
    draw(live);
    await pause(Math.max(0, EVERY_MS - (performance.now() - beganMs)));
  }
}

// A page that a browser keeps for its back button must not go on asking, and must start again when it is
// shown.
let shown = new AbortController();
addEventListener("pagehide", () => shown.abort());
addEventListener("pageshow", () => {
  shown.abort();
  shown = new AbortController();
  void watch(shown.signal);
});
