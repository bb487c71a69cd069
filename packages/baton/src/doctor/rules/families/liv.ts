// The rules LIV, on what running processes say, in alphabetical order.
import type { Rule } from "../../rule.ts";
import { liv001 } from "../liv001.ts";
import { liv002 } from "../liv002.ts";
import { liv003 } from "../liv003.ts";
import { liv004 } from "../liv004.ts";
import { liv005 } from "../liv005.ts";
import { liv006 } from "../liv006.ts";
import { liv007 } from "../liv007.ts";
import { liv008 } from "../liv008.ts";
import { liv009 } from "../liv009.ts";
import { liv010 } from "../liv010.ts";
import { liv011 } from "../liv011.ts";
import { liv012 } from "../liv012.ts";
import { liv013 } from "../liv013.ts";
import { liv014 } from "../liv014.ts";
import { liv015 } from "../liv015.ts";
import { liv016 } from "../liv016.ts";
import { liv017 } from "../liv017.ts";
import { liv018 } from "../liv018.ts";
import { liv019 } from "../liv019.ts";
import { liv021 } from "../liv021.ts";
import { liv022 } from "../liv022.ts";

export const livRules: readonly Rule[] = [
  liv001,
  liv002,
  liv003,
  liv004,
  liv005,
  liv006,
  liv007,
  liv008,
  liv009,
  liv010,
  liv011,
  liv012,
  liv013,
  liv014,
  liv015,
  liv016,
  liv017,
  liv018,
  liv019,
  liv021,
  liv022,
];
