// Runs in the browser: listens to the agent that served the page, and draws what it says.
import { render } from "preact";
import { actionsOver } from "./actions/agent-actions.ts";
import { App } from "./app.tsx";
import { drawingStyle } from "./drawings/style.ts";
import { addressFrom } from "./state/address.ts";
import { beginning, complained, heard, type Live, lost, opened } from "./state/live.ts";
import { titleOf } from "./state/title.ts";
import { wantedGroup } from "./state/wanted.ts";
import { openStream, type Stream } from "./stream.ts";
import { readEvent } from "./wire/events.ts";

/** Ages are shown in seconds. */
const TICK_MS = 500;

const actions = actionsOver((path, init) => fetch(path, init));
let live: Live = beginning;
let zones: ReadonlyMap<string, string> = new Map();
let stream: Stream | undefined;
let isDrawing = false;

const addressNow = () => addressFrom(location.hash);

function draw(): void {
  isDrawing = false;
  const root = document.querySelector("#app");
  if (root === null) return;
  const { clientWidth: widthPx } = document.documentElement;
  const address = addressNow();
  const nowMs = performance.now();
  render(<App {...{ live, nowMs, address, widthPx, zones, actions }} />, root);
  const title = titleOf(live, address, nowMs);
  if (document.title !== title) document.title = title;
}

/**
 * Many events are one drawing. A page that nobody looks at has no frames, and its title is seen all the
 * same.
 */
function drawSoon(): void {
  if (isDrawing) return;
  isDrawing = true;
  if (document.hidden) setTimeout(draw, TICK_MS);
  else requestAnimationFrame(draw);
}

function become(next: Live): void {
  if (next.hello !== live.hello)
    zones = new Map(next.hello?.hosts.map(({ name, zone }) => [name, zone]));
  live = next;
  drawSoon();
}

/** Asks for what is looked at, when the present connection does not tell it. */
function follow(): void {
  if (live.connection.kind === "open" && wantedGroup(live, addressNow()) !== live.wanted)
    stream?.reopen();
}

function begin(): void {
  stream?.close();
  stream = openStream({
    wanted: () => wantedGroup(live, addressNow()),
    onOpen: (wanted) => become(opened(live, wanted)),
    onEvent(kind, text) {
      try {
        become(heard(live, readEvent(kind, text), performance.now()));
      } catch (error) {
        const sentence = error instanceof Error ? error.message : String(error);
        become(complained(live, { kind, sentence }));
      }
      // Only then it is known which groups there are.
      if (kind === "pulse") follow();
    },
    onLost: (reason) => become(lost(live, reason)),
  });
}

const style = new CSSStyleSheet();
style.replaceSync(drawingStyle);
document.adoptedStyleSheets = [...document.adoptedStyleSheets, style];

// Whoever comes back to the overview finds it where it was left; the browser cannot know how long it is.
history.scrollRestoration = "manual";
let shown = addressNow();
let overviewPx = 0;
addEventListener("hashchange", () => {
  if (shown.kind === "overview") overviewPx = scrollY;
  shown = addressNow();
  follow();
  draw();
  scrollTo(0, shown.kind === "overview" ? overviewPx : 0);
});
addEventListener("resize", drawSoon);
document.addEventListener("visibilitychange", () => {
  // A frame that was asked for before may come only when somebody looks again.
  isDrawing = false;
  drawSoon();
});
setInterval(drawSoon, TICK_MS);
// A page that a browser keeps for its back button must not go on listening: the agent has few places.
addEventListener("pagehide", () => stream?.close());
addEventListener("pageshow", begin);
