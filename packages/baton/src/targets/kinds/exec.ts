// A program of the user's own, called as Sentinel calls its client-reconfig-script, with the epoch beside it.
import { z } from "zod";
import { duration } from "../../cluster/schema-values.ts";
import { BatonError } from "../../errors.ts";
import { argv, runProgram } from "./run-program.ts";
import { type Change, endpointText, RouteRejected, type TargetKind } from "../target.ts";

const settings = z.strictObject({
  command: argv().meta({
    description:
      "A program and its first arguments, without a shell; Sentinel's seven follow: group, role, state, " +
      "address and port of the old primary, address and port of the new one.",
  }),
  timeout: duration(50, 10 * 60_000)
    .prefault("10s")
    .meta({
      description: "After it the program and all it has started are killed, and it is tried again.",
    }),
});
type Settings = z.output<typeof settings>;

/**
 * Where nothing is known of an earlier primary both are the new one: a script that compares them sees no
 * change, and one that reads only the last two is right.
 */
function argumentsOf({ group, role, endpoint, from = endpoint }: Change): readonly string[] {
  const ends = [from.address, String(from.port), endpoint.address, String(endpoint.port)];
  return [group, role, "start", ...ends];
}

function environmentOf(name: string, change: Change): Record<string, string> {
  const { group, epoch, endpoint, from = endpoint } = change;
  return {
    BATON_TARGET: name,
    BATON_GROUP: group,
    BATON_EPOCH: String(epoch),
    BATON_FROM: endpointText(from),
    BATON_TO: endpointText(endpoint),
  };
}

export const exec: TargetKind<Settings> = {
  id: "exec",
  summary: "runs a program with the arguments of Sentinel's client-reconfig-script, and the epoch",
  fencing: "none",
  tier: "real",
  facts: {
    delay: "as long as the program takes",
    clients: "whatever the program does for them",
    rights: "The program runs as the agent's user, without a shell.",
    instead:
      "any kind below that speaks to the far side itself: a program's exit code is all that is known",
  },
  reach: "host",
  // What a script has done cannot be taken back.
  followsEarly: false,
  settings,
  open({ command, timeout }, { name }) {
    return Promise.resolve({
      deadlineMs: timeout,
      async write(change, signal) {
        const [program, ...first] = command;
        const words = [program, ...first, ...argumentsOf(change)] as const;
        const { code, output } = await runProgram(words, environmentOf(name, change), signal);
        if (code === 0) return;
        const message = `${program} ended with ${code}${output}`;
        // As for Sentinel: 1, or a signal, asks for another attempt; 2 and more say that none will help.
        if (code === 1 || typeof code === "string") throw new BatonError("UNABLE", message);
        throw new RouteRejected(message);
      },
    });
  },
};
