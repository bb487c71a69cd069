// The planned move of the primary, as an operator makes it: the command itself, in a process of its own.
import { runSelf } from "../run-self.ts";
import type { Fault } from "../fault.ts";
import { clusterWords } from "../site.ts";

export const switchover: Fault = {
  id: "switchover",
  summary: "baton switchover of a healthy primary: nothing may be lost, and the pause should be short.",
  needs: [],
  mark: { label: "switchover", colour: "#3a8f6b" },
  staleSince: "fault",
  isLossless: true,
  inject({ lab, group, primary, signal }) {
    const args = ["switchover", ...clusterWords(lab), "--group", group, "--json"];
    const { startedMs, ended } = runSelf(lab, args, signal);
    const sentence = `baton ${args.join(" ")}; the primary on ${primary} is healthy`;
    return Promise.resolve({ atMs: startedMs, host: primary, sentence, ended: () => ended });
  },
};
