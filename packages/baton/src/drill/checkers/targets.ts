// Whatever leads clients to the primary leads there in the end, and never went back on the way.
import { broken, type Checker, held, unknown } from "./checker.ts";

export const targets: Checker = {
  id: "targets",
  summary: "Every target leads to the primary in the end, and none ever went back.",
  check({ targets: all }) {
    // Nothing outside Redis has to follow.
    if (all.length === 0) return undefined;
    const back = all.find(({ wentBack }) => wentBack !== null);
    if (back !== undefined) return broken(`target ${back.name} went back ${back.wentBack}`);
    const astray = all.find(({ isLed }) => isLed === false);
    if (astray !== undefined)
      return broken(`target ${astray.name} leads to ${astray.leadsTo}, which is not the primary`);
    const silent = all.find(({ isLed, silence }) => isLed === null || silence !== null);
    if (silent !== undefined)
      return unknown(
        `where target ${silent.name} leads is not known: ${silent.silence ?? "never seen"}`,
      );
    const followed = all.flatMap(({ name, followedMs }) => {
      return followedMs === null ? [] : [`${name} after ${(followedMs / 1_000).toFixed(1)} s`];
    });
    const times = followed.length === 0 ? "" : `: ${followed.join(", ")}`;
    const count = all.length === 1 ? "the target leads" : `${all.length} targets lead`;
    return held(`${count} to the primary${times}`);
  },
};
