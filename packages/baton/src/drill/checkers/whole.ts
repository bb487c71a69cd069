// The cure has to make things whole, or the drill has left damage behind.
import { broken, type Checker, held } from "./checker.ts";

export const whole: Checker = {
  id: "whole",
  summary: "At the end there is one primary, and every replica holds what it holds.",
  check({ isWhole, findings, audited }) {
    if (isWhole)
      return held("at the end the cluster was whole again, and every replica holds the same writes");
    const reasons = [...findings, ...audited.differences];
    return broken(
      `at the end the cluster was not whole again: ${reasons.join("; ") || "no reason was recorded"}`,
    );
  },
};
