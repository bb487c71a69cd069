// The rules LB, on load balancers before Redis, in alphabetical order.
import type { Rule } from "../../rule.ts";
import { lb001 } from "../lb001.ts";
import { lb002 } from "../lb002.ts";
import { lb003 } from "../lb003.ts";
import { lb004 } from "../lb004.ts";
import { lb005 } from "../lb005.ts";

export const lbRules: readonly Rule[] = [lb001, lb002, lb003, lb004, lb005];
