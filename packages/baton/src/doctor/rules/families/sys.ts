// The rules SYS, on units of systemd and packages, in alphabetical order.
import type { Rule } from "../../rule.ts";
import { sys001 } from "../sys001.ts";
import { sys002 } from "../sys002.ts";
import { sys003 } from "../sys003.ts";
import { sys004 } from "../sys004.ts";
import { sys005 } from "../sys005.ts";
import { sys006 } from "../sys006.ts";
import { sys007 } from "../sys007.ts";
import { sys008 } from "../sys008.ts";
import { sys009 } from "../sys009.ts";
import { sys010 } from "../sys010.ts";
import { sys011 } from "../sys011.ts";
import { sys012 } from "../sys012.ts";
import { sys013 } from "../sys013.ts";
import { sys016 } from "../sys016.ts";
import { sys017 } from "../sys017.ts";

export const sysRules: readonly Rule[] = [
  sys001,
  sys002,
  sys003,
  sys004,
  sys005,
  sys006,
  sys007,
  sys008,
  sys009,
  sys010,
  sys011,
  sys012,
  sys013,
  sys016,
  sys017,
];
