// The rules OS, on the kernel and on clocks, in alphabetical order.
import type { Rule } from "../../rule.ts";
import { os001 } from "../os001.ts";
import { os002 } from "../os002.ts";
import { os003 } from "../os003.ts";
import { os005 } from "../os005.ts";
import { os006 } from "../os006.ts";

export const osRules: readonly Rule[] = [os001, os002, os003, os005, os006];
