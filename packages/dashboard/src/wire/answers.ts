// What an agent answers to a request that changes something: what would happen, what did, or why not.
import { Fields } from "./fields.ts";

export interface Check {
  readonly id: string;
  readonly ok: boolean;
  readonly sentence: string;
}

interface Progress {
  readonly step: string;
  readonly state: string;
  readonly atMs: number;
  readonly sentence: string;
}

export interface SwitchoverAnswer {
  /** done, refused, undone, incomplete, dry-run. */
  readonly outcome: string;
  readonly reason: string;
  readonly from: string | null;
  readonly to: string | null;
  readonly checks: readonly Check[];
  readonly steps: readonly Progress[];
  readonly pauseMs: number | null;
}

/** An answer that is none, or a request that was refused. */
export interface Refusal {
  readonly code: string;
  readonly message: string;
  readonly hint: string;
}

export type Answer<T> =
  | { readonly kind: "done"; readonly value: T }
  | { readonly kind: "refused"; readonly refusal: Refusal };

const LINES_MAX = 200;

/** @throws Error that names the first field that is not as expected. */
export function readSwitchover(value: unknown): SwitchoverAnswer {
  const fields = new Fields(value, "answer").fields("result");
  return {
    outcome: fields.text("outcome"),
    reason: fields.text("reason"),
    from: fields.textOr("from"),
    to: fields.textOr("to"),
    checks: fields.listOr("checks", check, LINES_MAX),
    steps: fields.listOr("steps", progress, LINES_MAX),
    pauseMs: fields.numberOr("pauseMs"),
  };
}

function check(value: unknown, where: string): Check {
  const fields = new Fields(value, where);
  return { id: fields.text("id"), ok: fields.flag("ok"), sentence: fields.text("sentence") };
}

function progress(value: unknown, where: string): Progress {
  const fields = new Fields(value, where);
  return {
    step: fields.text("step"),
    state: fields.text("state"),
    atMs: fields.number("atMs"),
    sentence: fields.text("sentence"),
  };
}

/** @throws Error that names the first field that is not as expected. */
export function readRefusal(value: unknown): Refusal {
  const fields = new Fields(value, "answer").fields("error");
  return {
    code: fields.text("code"),
    message: fields.text("message"),
    hint: fields.textOr("hint") ?? "",
  };
}
