// The same facts of a cluster twice: as `baton status --json` says them, and as the page shows them.
import type { Page } from "playwright-core";
import { endpointText } from "../../packages/baton/src/decide/agree.ts";
import type { GroupStatus } from "../../packages/baton/src/status/status.ts";

export interface Facts {
  /** "h1 127.0.10.1:6379 epoch 0 confirmed", or why there is no route. */
  readonly route: string;
  /** "h2 replica connected to 127.0.10.1:6379". */
  readonly nodes: readonly string[];
  /** "h2 names 127.0.10.1:6379 epoch 0". */
  readonly sentinels: readonly string[];
  readonly problems: readonly string[];
}

const words = (...parts: readonly (string | null | undefined)[]): string =>
  parts.filter((part) => part !== null && part !== undefined && part !== "").join(" ");

/** Lag, flags and reasons change from look to look; who is what, and whom they name, must be the same. */
export function factsOf({ route, nodes, sentinels, problems }: GroupStatus): Facts {
  return {
    route:
      route.kind === "none"
        ? "no route"
        : words(
            route.host,
            endpointText(route),
            `epoch ${route.epoch}`,
            route.confirmed ? "confirmed" : "early",
          ),
    nodes: nodes.map(({ id, role, link, of }) => words(id, role, link, of === null ? null : `to ${of}`)),
    sentinels: sentinels.map(({ id, state, primary, epoch }) =>
      primary === null
        ? words(id, state)
        : words(id, `names ${endpointText(primary)}`, `epoch ${String(epoch)}`),
    ),
    problems: [...new Set(problems.map(({ code }) => code))].sort(),
  };
}

interface Read {
  readonly route: string;
  readonly tables: readonly (readonly (readonly string[])[])[];
  readonly codes: readonly string[];
}

/** What is in the page, as it stands there: nothing of the page's own memory is asked. */
async function read(page: Page): Promise<Read> {
  return await page.evaluate(() => {
    const textOf = (element: Element | null) => element?.textContent?.trim().replace(/\s+/g, " ") ?? "";
    const card = document.querySelector(".route");
    const tables = Array.from(document.querySelectorAll(".tables table"), (table) =>
      Array.from(table.querySelectorAll("tbody tr"), (row) =>
        Array.from(row.querySelectorAll("th, td"), (cell) => textOf(cell)),
      ),
    );
    const codes = Array.from(document.querySelectorAll(".problem code"), textOf);
    return { route: textOf(card), tables, codes };
  });
}

function routeShown(text: string): string {
  if (text.startsWith("No route")) return "no route";
  const [, host, place, epoch, word] =
    /^Writes go to (\S+) (\S+?) ?epoch (\d+)(?:, for [^,]+)?, (confirmed|early)/.exec(text) ?? [];
  return words(host, place, `epoch ${String(epoch)}`, word);
}

export async function factsShown(page: Page): Promise<Facts> {
  const { route, tables, codes } = await read(page);
  const [nodes = [], sentinels = []] = tables;
  return {
    route: routeShown(route),
    nodes: nodes.map(([id, , , role = "", link = ""]) => words(id, role.replace(/:.*/, ""), link)),
    sentinels: sentinels.map(([id, , state = "", named = "", epoch]) =>
      named === ""
        ? words(id, state.replace(/:.*/, ""))
        : words(id, `names ${named.replace(" (not the route)", "")}`, `epoch ${String(epoch)}`),
    ),
    problems: [...new Set(codes)].sort(),
  };
}
