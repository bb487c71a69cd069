// How many acknowledged writes are gone, and how long a time they come from.
import { broken, type Checker, held, unknown } from "./checker.ts";

export const rpo: Checker = {
  id: "rpo",
  summary: "At most the last rpo of acknowledged writes is lost; in a planned move, none.",
  check({ rpo: measured, ghosts, isLossless }) {
    const { lost, acknowledged, measuredMs, objectiveMs } = measured;
    if (ghosts > 0) {
      const there = `${ghosts} writes that were refused are there all the same`;
      return unknown(`${there}: the ledger is not to be trusted`);
    }
    const sentence = `${lost} of ${acknowledged} acknowledged writes were lost`;
    if (acknowledged === 0) return unknown("no write was acknowledged at all");
    if (lost === 0) return held(sentence);
    if (isLossless) return broken(`${sentence}, and a planned move may lose none`);
    if (objectiveMs === null) return held(`${sentence}, and the objective promises nothing`);
    const window = `${sentence}, over ${measuredMs} ms; the objective is ${objectiveMs} ms`;
    return measuredMs <= objectiveMs ? held(window) : broken(window);
  },
};
