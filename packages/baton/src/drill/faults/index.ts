// The explicit index of faults, alphabetical.
import type { Fault } from "../fault.ts";
import { killPrimary } from "./kill-primary.ts";

export const faults: readonly Fault[] = [killPrimary];
