// Nothing is executed twice on the way through the router: it resends no write that may have been executed.
import { broken, type Checker, held } from "./checker.ts";

export const duplicates: Checker = {
  id: "duplicates",
  summary: "No write of a plain client on the router is there twice.",
  check({ clients }) {
    // That client never repeats a write by itself. What other libraries repeat is theirs, and in their rows.
    const routed = clients.filter(({ kind }) => kind === "router");
    if (routed.length === 0) return undefined;
    const twice = routed.reduce((total, { duplicated }) => total + duplicated, 0);
    if (twice === 0) return held("no write through the router was executed twice");
    return broken(`${twice} writes through the router were executed twice: nobody had sent them again`);
  },
};
