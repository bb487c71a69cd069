// Where a long list is in the window, measured when somebody scrolls and when the window changes.
import { useLayoutEffect, useState } from "preact/hooks";
import type { Viewport } from "../state/window.ts";

/** Before the browser has laid anything out. */
const GUESS: Viewport = { listTopPx: 200, heightPx: 900 };

export function useViewport(list: { readonly current: HTMLElement | null }): Viewport {
  const [viewport, setViewport] = useState(GUESS);
  const measure = () => {
    const box = list.current?.getBoundingClientRect();
    if (box === undefined) return;
    const next = { listTopPx: box.top, heightPx: innerHeight };
    setViewport((now) =>
      now.listTopPx === next.listTopPx && now.heightPx === next.heightPx ? now : next,
    );
  };
  useLayoutEffect(() => {
    addEventListener("scroll", measure, { passive: true });
    addEventListener("resize", measure);
    return () => {
      removeEventListener("scroll", measure);
      removeEventListener("resize", measure);
    };
  }, []);
  // What stands above the list may have grown.
  useLayoutEffect(measure);
  return viewport;
}
