// The rules TOP, on how a group is laid out, in alphabetical order.
import type { Rule } from "../../rule.ts";
import { top001 } from "../top001.ts";
import { top002 } from "../top002.ts";
import { top003 } from "../top003.ts";
import { top004 } from "../top004.ts";
import { top005 } from "../top005.ts";
import { top006 } from "../top006.ts";
import { top007 } from "../top007.ts";
import { top008 } from "../top008.ts";
import { top010 } from "../top010.ts";

export const topRules: readonly Rule[] = [
  top001,
  top002,
  top003,
  top004,
  top005,
  top006,
  top007,
  top008,
  top010,
];
