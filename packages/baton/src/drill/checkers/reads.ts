// How old is what replicas show, for the clients that read from them.
import { broken, type Checker, held } from "./checker.ts";

export const reads: Checker = {
  id: "reads",
  summary: "What replicas show lacks at most the last rpo of what was acknowledged.",
  check({ clients, rpo }) {
    const all = clients.flatMap(({ reads: own }) => (own === null ? [] : [own]));
    const asked = all.reduce((total, one) => total + one.asked, 0);
    if (asked === 0) return undefined;
    const stale = all.reduce((total, one) => total + one.stale, 0);
    const stalestMs = Math.max(0, ...all.map((one) => one.stalestMs));
    if (stale === 0) return held(`none of ${asked} reads from replicas was stale`);
    const sentence = `${stale} of ${asked} reads from replicas were stale, by up to ${stalestMs} ms`;
    if (rpo.objectiveMs === null) return held(`${sentence}, and the objective promises nothing`);
    const beside = `${sentence}; the objective is ${rpo.objectiveMs} ms`;
    return stalestMs <= rpo.objectiveMs ? held(beside) : broken(beside);
  },
};
