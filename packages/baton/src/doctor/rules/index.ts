// Every rule that doctor knows, in alphabetical order.
import type { Rule } from "../rule.ts";
import { cli001 } from "./cli001.ts";
import { cli002 } from "./cli002.ts";
import { cli003 } from "./cli003.ts";
import { cli004 } from "./cli004.ts";
import { cli005 } from "./cli005.ts";
import { cli006 } from "./cli006.ts";
import { cli007 } from "./cli007.ts";
import { cli008 } from "./cli008.ts";
import { cli009 } from "./cli009.ts";
import { cli010 } from "./cli010.ts";
import { cli011 } from "./cli011.ts";
import { cli012 } from "./cli012.ts";
import { cli013 } from "./cli013.ts";
import { cli014 } from "./cli014.ts";
import { cm001 } from "./cm001.ts";
import { cm002 } from "./cm002.ts";
import { cm004 } from "./cm004.ts";
import { cm005 } from "./cm005.ts";
import { cm006 } from "./cm006.ts";
import { lb001 } from "./lb001.ts";
import { lb002 } from "./lb002.ts";
import { lb003 } from "./lb003.ts";
import { lb004 } from "./lb004.ts";
import { lb005 } from "./lb005.ts";
import { liv001 } from "./liv001.ts";
import { liv002 } from "./liv002.ts";
import { liv003 } from "./liv003.ts";
import { liv004 } from "./liv004.ts";
import { liv005 } from "./liv005.ts";
import { liv006 } from "./liv006.ts";
import { liv009 } from "./liv009.ts";
import { liv011 } from "./liv011.ts";
import { liv012 } from "./liv012.ts";
import { liv013 } from "./liv013.ts";
import { liv014 } from "./liv014.ts";
import { liv017 } from "./liv017.ts";
import { liv018 } from "./liv018.ts";
import { liv019 } from "./liv019.ts";
import { liv021 } from "./liv021.ts";
import { liv022 } from "./liv022.ts";
import { net001 } from "./net001.ts";
import { net002 } from "./net002.ts";
import { net003 } from "./net003.ts";
import { net004 } from "./net004.ts";
import { net006 } from "./net006.ts";
import { os005 } from "./os005.ts";
import { os006 } from "./os006.ts";
import { red001 } from "./red001.ts";
import { red002 } from "./red002.ts";
import { red003 } from "./red003.ts";
import { red004 } from "./red004.ts";
import { red005 } from "./red005.ts";
import { red006 } from "./red006.ts";
import { red007 } from "./red007.ts";
import { red009 } from "./red009.ts";
import { red010 } from "./red010.ts";
import { red011 } from "./red011.ts";
import { red012 } from "./red012.ts";
import { red013 } from "./red013.ts";
import { red014 } from "./red014.ts";
import { red015 } from "./red015.ts";
import { red016 } from "./red016.ts";
import { red017 } from "./red017.ts";
import { red018 } from "./red018.ts";
import { red019 } from "./red019.ts";
import { red020 } from "./red020.ts";
import { red021 } from "./red021.ts";
import { red022 } from "./red022.ts";
import { red023 } from "./red023.ts";
import { red024 } from "./red024.ts";
import { red025 } from "./red025.ts";
import { red026 } from "./red026.ts";
import { red027 } from "./red027.ts";
import { red028 } from "./red028.ts";
import { red029 } from "./red029.ts";
import { red030 } from "./red030.ts";
import { red031 } from "./red031.ts";
import { red032 } from "./red032.ts";
import { red033 } from "./red033.ts";
import { red034 } from "./red034.ts";
import { red035 } from "./red035.ts";
import { red036 } from "./red036.ts";
import { red037 } from "./red037.ts";
import { red038 } from "./red038.ts";
import { red039 } from "./red039.ts";
import { red040 } from "./red040.ts";
import { red041 } from "./red041.ts";
import { red042 } from "./red042.ts";
import { scr001 } from "./scr001.ts";
import { scr002 } from "./scr002.ts";
import { scr003 } from "./scr003.ts";
import { scr004 } from "./scr004.ts";
import { scr005 } from "./scr005.ts";
import { scr006 } from "./scr006.ts";
import { scr007 } from "./scr007.ts";
import { scr008 } from "./scr008.ts";
import { scr009 } from "./scr009.ts";
import { scr010 } from "./scr010.ts";
import { sen001 } from "./sen001.ts";
import { sen002 } from "./sen002.ts";
import { sen003 } from "./sen003.ts";
import { sen004 } from "./sen004.ts";
import { sen005 } from "./sen005.ts";
import { sen006 } from "./sen006.ts";
import { sen007 } from "./sen007.ts";
import { sen008 } from "./sen008.ts";
import { sen009 } from "./sen009.ts";
import { sen010 } from "./sen010.ts";
import { sen011 } from "./sen011.ts";
import { sen012 } from "./sen012.ts";
import { sen013 } from "./sen013.ts";
import { sen014 } from "./sen014.ts";
import { sen015 } from "./sen015.ts";
import { sen016 } from "./sen016.ts";
import { sen017 } from "./sen017.ts";
import { sen018 } from "./sen018.ts";
import { sen019 } from "./sen019.ts";
import { sen020 } from "./sen020.ts";
import { sen021 } from "./sen021.ts";
import { sen022 } from "./sen022.ts";
import { sen023 } from "./sen023.ts";
import { sen024 } from "./sen024.ts";
import { sen025 } from "./sen025.ts";
import { sen026 } from "./sen026.ts";
import { sen027 } from "./sen027.ts";
import { sen028 } from "./sen028.ts";
import { sen029 } from "./sen029.ts";
import { sen030 } from "./sen030.ts";
import { sen031 } from "./sen031.ts";
import { sen032 } from "./sen032.ts";
import { sen033 } from "./sen033.ts";
import { sen034 } from "./sen034.ts";
import { sen035 } from "./sen035.ts";
import { sen036 } from "./sen036.ts";
import { sen037 } from "./sen037.ts";
import { sen038 } from "./sen038.ts";
import { sen039 } from "./sen039.ts";
import { sen040 } from "./sen040.ts";
import { sen041 } from "./sen041.ts";
import { sen042 } from "./sen042.ts";
import { sen043 } from "./sen043.ts";
import { sen044 } from "./sen044.ts";
import { sen045 } from "./sen045.ts";
import { sen046 } from "./sen046.ts";
import { sen047 } from "./sen047.ts";
import { sen048 } from "./sen048.ts";
import { sys001 } from "./sys001.ts";
import { sys002 } from "./sys002.ts";
import { sys003 } from "./sys003.ts";
import { sys004 } from "./sys004.ts";
import { sys005 } from "./sys005.ts";
import { sys006 } from "./sys006.ts";
import { sys007 } from "./sys007.ts";
import { sys008 } from "./sys008.ts";
import { sys009 } from "./sys009.ts";
import { sys010 } from "./sys010.ts";
import { sys011 } from "./sys011.ts";
import { sys012 } from "./sys012.ts";
import { sys013 } from "./sys013.ts";
import { sys016 } from "./sys016.ts";
import { sys017 } from "./sys017.ts";
import { top001 } from "./top001.ts";
import { top002 } from "./top002.ts";
import { top003 } from "./top003.ts";
import { top004 } from "./top004.ts";
import { top005 } from "./top005.ts";
import { top006 } from "./top006.ts";
import { top007 } from "./top007.ts";
import { top008 } from "./top008.ts";
import { top010 } from "./top010.ts";

export const rules: readonly Rule[] = [
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
  cm001,
  cm002,
  cm004,
  cm005,
  cm006,
  lb001,
  lb002,
  lb003,
  lb004,
  lb005,
  liv001,
  liv002,
  liv003,
  liv004,
  liv005,
  liv006,
  liv009,
  liv011,
  liv012,
  liv013,
  liv014,
  liv017,
  liv018,
  liv019,
  liv021,
  liv022,
  net001,
  net002,
  net003,
  net004,
  net006,
  os005,
  os006,
  red001,
  red002,
  red003,
  red004,
  red005,
  red006,
  red007,
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
  scr001,
  scr002,
  scr003,
  scr004,
  scr005,
  scr006,
  scr007,
  scr008,
  scr009,
  scr010,
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
  top001,
  top002,
  top003,
  top004,
  top005,
  top006,
  top007,
  top008,
  top010,
];
