// The rules RED, on the configuration of Redis, in alphabetical order.
import type { Rule } from "../../rule.ts";
import { red001 } from "../red001.ts";
import { red002 } from "../red002.ts";
import { red003 } from "../red003.ts";
import { red004 } from "../red004.ts";
import { red005 } from "../red005.ts";
import { red006 } from "../red006.ts";
import { red007 } from "../red007.ts";
import { red008 } from "../red008.ts";
import { red009 } from "../red009.ts";
import { red010 } from "../red010.ts";
import { red011 } from "../red011.ts";
import { red012 } from "../red012.ts";
import { red013 } from "../red013.ts";
import { red014 } from "../red014.ts";
import { red015 } from "../red015.ts";
import { red016 } from "../red016.ts";
import { red017 } from "../red017.ts";
import { red018 } from "../red018.ts";
import { red019 } from "../red019.ts";
import { red020 } from "../red020.ts";
import { red021 } from "../red021.ts";
import { red022 } from "../red022.ts";
import { red023 } from "../red023.ts";
import { red024 } from "../red024.ts";
import { red025 } from "../red025.ts";
import { red026 } from "../red026.ts";
import { red027 } from "../red027.ts";
import { red028 } from "../red028.ts";
import { red029 } from "../red029.ts";
import { red030 } from "../red030.ts";
import { red031 } from "../red031.ts";
import { red032 } from "../red032.ts";
import { red033 } from "../red033.ts";
import { red034 } from "../red034.ts";
import { red035 } from "../red035.ts";
import { red036 } from "../red036.ts";
import { red037 } from "../red037.ts";
import { red038 } from "../red038.ts";
import { red039 } from "../red039.ts";
import { red040 } from "../red040.ts";
import { red041 } from "../red041.ts";
import { red042 } from "../red042.ts";

export const redRules: readonly Rule[] = [
  red001,
  red002,
  red003,
  red004,
  red005,
  red006,
  red007,
  red008,
  red009,
  red010,
  red011,
  red012,
  red013,
  red014,
  red015,
  red016,
  red017,
  red018,
  red019,
  red020,
  red021,
  red022,
  red023,
  red024,
  red025,
  red026,
  red027,
  red028,
  red029,
  red030,
  red031,
  red032,
  red033,
  red034,
  red035,
  red036,
  red037,
  red038,
  red039,
  red040,
  red041,
  red042,
];
