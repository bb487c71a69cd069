// The rules NET, on firewalls and networks, in alphabetical order.
import type { Rule } from "../../rule.ts";
import { net001 } from "../net001.ts";
import { net002 } from "../net002.ts";
import { net003 } from "../net003.ts";
import { net004 } from "../net004.ts";
import { net006 } from "../net006.ts";

export const netRules: readonly Rule[] = [net001, net002, net003, net004, net006];
