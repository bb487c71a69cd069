// The crash again, and then what it left behind: an old primary that was restarted and knows nothing
// of its successor.
import type { Fault } from "../fault.ts";
import { killPrimary } from "./kill-primary.ts";

export const returnAfterCrash: Fault = {
  id: "return-after-crash",
  summary:
    "SIGKILL the primary and start it again after the failover: how long does it take writes for nothing?",
  needs: killPrimary.needs,
  mark: killPrimary.mark,
  staleSince: "cure",
  inject: (input) => killPrimary.inject(input),
};
