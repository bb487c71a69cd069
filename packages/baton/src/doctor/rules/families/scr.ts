// The rules SCR, on the scripts that Sentinel calls, in alphabetical order.
import type { Rule } from "../../rule.ts";
import { scr001 } from "../scr001.ts";
import { scr002 } from "../scr002.ts";
import { scr003 } from "../scr003.ts";
import { scr004 } from "../scr004.ts";
import { scr005 } from "../scr005.ts";
import { scr006 } from "../scr006.ts";
import { scr007 } from "../scr007.ts";
import { scr008 } from "../scr008.ts";
import { scr009 } from "../scr009.ts";
import { scr010 } from "../scr010.ts";

export const scrRules: readonly Rule[] = [
  scr001,
  scr002,
  scr003,
  scr004,
  scr005,
  scr006,
  scr007,
  scr008,
  scr009,
  scr010,
];
