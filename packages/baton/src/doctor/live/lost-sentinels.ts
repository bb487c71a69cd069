// Running Sentinels that their peers look for at an address where they are not.
import { listed } from "../../cluster/text.ts";
import type { Group } from "../facts.ts";
import type { Draft } from "../finding.ts";
import { type Voice, hasFlag, rowName, voicesOf } from "./answers.ts";

interface Down {
  /** Who says it. */
  readonly peer: string;
  readonly announced: string;
}

/** Sentinels that others find down, by their ids. */
function downById(voices: readonly Voice[]): ReadonlyMap<string, readonly Down[]> {
  const found = new Map<string, Down[]>();
  for (const { view, name: peer } of voices) {
    for (const row of view.sentinels) {
      const id = row.get("runid");
      if (id === undefined || !hasFlag(row, "s_down")) continue;
      const down = { peer, announced: rowName(row) };
      const known = found.get(id);
      if (known === undefined) found.set(id, [down]);
      else known.push(down);
    }
  }
  return found;
}

/** Those whose peers name them by their id at another address than the one at which they answer. */
export function* lostSentinels(group: Group): Iterable<Draft> {
  const voices = voicesOf(group);
  const down = downById(voices);
  for (const { sentinel, name, place } of voices) {
    const mistaken = (down.get(sentinel.myId ?? "") ?? []).filter(({ announced }) => announced !== name);
    const [first] = mistaken;
    if (sentinel.myId === undefined || first === undefined) continue;
    const peers = listed(mistaken.map(({ peer }) => peer));
    const verb = mistaken.length === 1 ? "does" : "do";
    const message = `Sentinel announces ${first.announced}, where ${peers} ${verb} not reach it`;
    yield { place, message: `${message}; expected an address at which it answers, as ${name}` };
  }
}
