// What comes back at the cure may be wrong about who is primary; nobody on the router may notice.
import { broken, type Checker, held } from "./checker.ts";

export const quietCure: Checker = {
  id: "quiet-cure",
  summary: "Where the cure may disturb nobody, no write through the router fails after it.",
  check({ failedAfterCure }) {
    if (failedAfterCure === undefined) return undefined;
    if (failedAfterCure === 0) return held("no write through the router failed after the cure");
    return broken(`${failedAfterCure} writes through the router failed after the cure: none was to`);
  },
};
