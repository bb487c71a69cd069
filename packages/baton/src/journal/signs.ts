// What one journal entry says about a failover, a switchover or a fence; nothing for all other entries.
import { isRecord, type JournalEntry } from "./entry.ts";

/** One sign. `name` is the step of the timeline; the same name twice in one incident is the same step. */
export type Sign = { readonly group: string } & (
  | {
      readonly kind: "event";
      readonly name: "sdown" | "odown" | "elected" | "promoted" | "announced" | "aborted" | "recovered";
      /** The Sentinel that said it. */
      readonly sentinel: string;
      /** The primary it is about, as it was before: address:port. */
      readonly old: string;
    }
  | {
      readonly kind: "route";
      readonly name: "early" | "confirmed";
      readonly node: string;
      readonly epoch: number;
    }
  | { readonly kind: "step"; readonly name: string }
  | { readonly kind: "fenced"; readonly name: string; readonly node: string | undefined }
  | {
      readonly kind: "switchover";
      readonly name: string;
      /** Which attempt it belongs to; entries without one belong to the one under way. */
      readonly attempt: string | undefined;
      readonly outcome: "done" | "undone" | undefined;
      readonly from: string | undefined;
      readonly to: string | undefined;
    }
);

const EVENT_NAMES = {
  "+sdown": "sdown",
  "-sdown": "recovered",
  "+odown": "odown",
  "+elected-leader": "elected",
  "+promoted-slave": "promoted",
  "+switch-master": "announced",
  "-failover-abort-not-elected": "aborted",
  "-failover-abort-no-good-slave": "aborted",
  "-failover-abort-slave-timeout": "aborted",
} as const;

/**
 * The group and the primary that a Sentinel's event is about, from its text: `master GROUP IP PORT ...`,
 * `slave NAME IP PORT @ GROUP IP PORT`, or, of +switch-master, `GROUP OLD-IP OLD-PORT NEW-IP NEW-PORT`.
 * @returns undefined for events about no group, such as +new-epoch.
 */
export function subjectOf(
  channel: string,
  text: string,
): { readonly group: string; readonly primary: string; readonly isPrimary: boolean } | undefined {
  const words = text.split(" ");
  const at = words.indexOf("@");
  const place = channel === "+switch-master" ? 0 : at > 0 ? at + 1 : words[0] === "master" ? 1 : -1;
  const [group, address, port] = place < 0 ? [] : words.slice(place);
  if (group === undefined || address === undefined || port === undefined) return undefined;
  return { group, primary: `${address}:${port}`, isPrimary: at < 0 };
}

const textIn = (facts: JournalEntry["facts"], key: string): string | undefined => {
  const value = facts?.[key];
  return typeof value === "string" && value !== "" ? value : undefined;
};

function eventSign({ facts }: JournalEntry): Sign | undefined {
  const channel = textIn(facts, "channel");
  const sentinel = textIn(facts, "sentinel");
  const name = Object.entries(EVENT_NAMES).find(([one]) => one === channel)?.[1];
  if (channel === undefined || sentinel === undefined || name === undefined) return undefined;
  const subject = subjectOf(channel, textIn(facts, "text") ?? "");
  // A replica or a Sentinel that is down is no failover.
  if (subject === undefined || (!subject.isPrimary && name !== "promoted")) return undefined;
  return { kind: "event", name, group: subject.group, sentinel, old: subject.primary };
}

function routeSign({ group, facts }: JournalEntry): Sign | undefined {
  const route = facts?.["route"];
  if (!isRecord(route)) return undefined;
  if (route["kind"] === "none") return { kind: "step", name: "no route", group };
  const { node, epoch, confirmed } = route;
  if (typeof node !== "string" || typeof epoch !== "number") return undefined;
  return { kind: "route", name: confirmed === true ? "confirmed" : "early", group, node, epoch };
}

function switchoverSign({ group, facts }: JournalEntry): Sign {
  const outcome = facts?.["outcome"];
  return {
    kind: "switchover",
    name: textIn(facts, "step") ?? "switchover",
    group,
    attempt: textIn(facts, "attempt"),
    outcome: outcome === "done" || outcome === "undone" ? outcome : undefined,
    from: textIn(facts, "from"),
    to: textIn(facts, "to"),
  };
}

function fencedSign({ group, facts }: JournalEntry): Sign {
  const node = textIn(facts, "node");
  return { kind: "fenced", name: node === undefined ? "fenced" : `fenced ${node}`, group, node };
}

export function signOf(entry: JournalEntry): Sign | undefined {
  const { kind, group, facts } = entry;
  switch (kind) {
    case "event":
      return eventSign(entry);
    case "decision":
      return routeSign(entry);
    case "fenced":
      return fencedSign(entry);
    case "switchover":
      return switchoverSign(entry);
    case "done": {
      const target = textIn(facts, "target");
      return target === undefined ? undefined : { kind: "step", name: `target ${target}`, group };
    }
    case "note": {
      const problems = facts?.["problems"];
      const isWell = Array.isArray(problems) && problems.length === 0;
      return isWell ? { kind: "step", name: "healed", group } : undefined;
    }
    case "failed":
      return undefined;
  }
}
