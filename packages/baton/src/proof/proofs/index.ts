// The explicit table of proofs, alphabetical.
import type { Proof } from "../proof.ts";
import { cm001 } from "./cm001.ts";
import { liv013 } from "./liv013.ts";
import { red001 } from "./red001.ts";
import { red006 } from "./red006.ts";
import { red009 } from "./red009.ts";
import { red011 } from "./red011.ts";
import { red015 } from "./red015.ts";
import { red024 } from "./red024.ts";
import { red031 } from "./red031.ts";
import { red033 } from "./red033.ts";
import { scr001 } from "./scr001.ts";
import { sen001 } from "./sen001.ts";
import { sen002 } from "./sen002.ts";
import { sen003 } from "./sen003.ts";
import { sen004 } from "./sen004.ts";
import { sen008 } from "./sen008.ts";
import { sen012 } from "./sen012.ts";
import { sen013 } from "./sen013.ts";
import { sen017 } from "./sen017.ts";
import { sen019 } from "./sen019.ts";
import { sen029 } from "./sen029.ts";
import { sen038 } from "./sen038.ts";
import { sen040 } from "./sen040.ts";
import { sen041 } from "./sen041.ts";

export const proofs: readonly Proof[] = [
  cm001,
  liv013,
  red001,
  red006,
  red009,
  red011,
  red015,
  red024,
  red031,
  red033,
  scr001,
  sen001,
  sen002,
  sen003,
  sen004,
  sen008,
  sen012,
  sen013,
  sen017,
  sen019,
  sen029,
  sen038,
  sen040,
  sen041,
];
