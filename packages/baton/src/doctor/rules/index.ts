// Every rule that doctor knows, family by family, which is in alphabetical order.
import type { Rule } from "../rule.ts";
import { cliRules } from "./families/cli.ts";
import { cmRules } from "./families/cm.ts";
import { lbRules } from "./families/lb.ts";
import { livRules } from "./families/liv.ts";
import { netRules } from "./families/net.ts";
import { osRules } from "./families/os.ts";
import { redRules } from "./families/red.ts";
import { scrRules } from "./families/scr.ts";
import { senRules } from "./families/sen.ts";
import { sysRules } from "./families/sys.ts";
import { topRules } from "./families/top.ts";

export const rules: readonly Rule[] = [
  ...cliRules,
  ...cmRules,
  ...lbRules,
  ...livRules,
  ...netRules,
  ...osRules,
  ...redRules,
  ...scrRules,
  ...senRules,
  ...sysRules,
  ...topRules,
];
