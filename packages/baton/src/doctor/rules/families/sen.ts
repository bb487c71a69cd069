// The rules SEN, on Sentinels and what they watch, in alphabetical order.
import type { Rule } from "../../rule.ts";
import { sen001 } from "../sen001.ts";
import { sen002 } from "../sen002.ts";
import { sen003 } from "../sen003.ts";
import { sen004 } from "../sen004.ts";
import { sen005 } from "../sen005.ts";
import { sen006 } from "../sen006.ts";
import { sen007 } from "../sen007.ts";
import { sen008 } from "../sen008.ts";
import { sen009 } from "../sen009.ts";
import { sen010 } from "../sen010.ts";
import { sen011 } from "../sen011.ts";
import { sen012 } from "../sen012.ts";
import { sen013 } from "../sen013.ts";
import { sen014 } from "../sen014.ts";
import { sen015 } from "../sen015.ts";
import { sen016 } from "../sen016.ts";
import { sen017 } from "../sen017.ts";
import { sen018 } from "../sen018.ts";
import { sen019 } from "../sen019.ts";
import { sen020 } from "../sen020.ts";
import { sen021 } from "../sen021.ts";
import { sen022 } from "../sen022.ts";
import { sen023 } from "../sen023.ts";
import { sen024 } from "../sen024.ts";
import { sen025 } from "../sen025.ts";
import { sen026 } from "../sen026.ts";
import { sen027 } from "../sen027.ts";
import { sen028 } from "../sen028.ts";
import { sen029 } from "../sen029.ts";
import { sen030 } from "../sen030.ts";
import { sen031 } from "../sen031.ts";
import { sen032 } from "../sen032.ts";
import { sen033 } from "../sen033.ts";
import { sen034 } from "../sen034.ts";
import { sen035 } from "../sen035.ts";
import { sen036 } from "../sen036.ts";
import { sen037 } from "../sen037.ts";
import { sen038 } from "../sen038.ts";
import { sen039 } from "../sen039.ts";
import { sen040 } from "../sen040.ts";
import { sen041 } from "../sen041.ts";
import { sen042 } from "../sen042.ts";
import { sen043 } from "../sen043.ts";
import { sen044 } from "../sen044.ts";
import { sen045 } from "../sen045.ts";
import { sen046 } from "../sen046.ts";
import { sen047 } from "../sen047.ts";
import { sen048 } from "../sen048.ts";

export const senRules: readonly Rule[] = [
  sen001,
  sen002,
  sen003,
  sen004,
  sen005,
  sen006,
  sen007,
  sen008,
  sen009,
  sen010,
  sen011,
  sen012,
  sen013,
  sen014,
  sen015,
  sen016,
  sen017,
  sen018,
  sen019,
  sen020,
  sen021,
  sen022,
  sen023,
  sen024,
  sen025,
  sen026,
  sen027,
  sen028,
  sen029,
  sen030,
  sen031,
  sen032,
  sen033,
  sen034,
  sen035,
  sen036,
  sen037,
  sen038,
  sen039,
  sen040,
  sen041,
  sen042,
  sen043,
  sen044,
  sen045,
  sen046,
  sen047,
  sen048,
];
