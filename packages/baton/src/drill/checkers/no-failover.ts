// Where the primary has to stay, nobody else may be named.
import { broken, type Checker, held } from "./checker.ts";

export const noFailover: Checker = {
  id: "no-failover",
  summary: "Where the primary has to stay, no Sentinel names another one.",
  check({ expects, movedTo }) {
    if (expects !== "no-failover") return undefined;
    if (movedTo === undefined) return held("the primary stayed, as it had to: nobody else was named");
    return broken(`another primary was named, and ${movedTo} is it now: nobody was to be`);
  },
};
