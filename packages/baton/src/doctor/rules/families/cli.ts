// The rules CLI, on code that uses a client library of Redis, in alphabetical order.
import type { Rule } from "../../rule.ts";
import { cli001 } from "../cli001.ts";
import { cli002 } from "../cli002.ts";
import { cli003 } from "../cli003.ts";
import { cli004 } from "../cli004.ts";
import { cli005 } from "../cli005.ts";
import { cli006 } from "../cli006.ts";
import { cli007 } from "../cli007.ts";
import { cli008 } from "../cli008.ts";
import { cli009 } from "../cli009.ts";
import { cli010 } from "../cli010.ts";
import { cli011 } from "../cli011.ts";
import { cli012 } from "../cli012.ts";
import { cli013 } from "../cli013.ts";
import { cli014 } from "../cli014.ts";

export const cliRules: readonly Rule[] = [
  cli001,
  cli002,
  cli003,
  cli004,
  cli005,
  cli006,
  cli007,
  cli008,
  cli009,
  cli010,
  cli011,
  cli012,
  cli013,
  cli014,
];
