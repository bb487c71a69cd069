// The rules CM, on the files that roll Redis out, in alphabetical order.
import type { Rule } from "../../rule.ts";
import { cm001 } from "../cm001.ts";
import { cm002 } from "../cm002.ts";
import { cm004 } from "../cm004.ts";
import { cm005 } from "../cm005.ts";
import { cm006 } from "../cm006.ts";

export const cmRules: readonly Rule[] = [cm001, cm002, cm004, cm005, cm006];
