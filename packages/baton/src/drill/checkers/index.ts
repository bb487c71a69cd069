// The explicit index of checkers, in the order in which people are told: what they came for is first.
import type { Checker } from "./checker.ts";
import { duplicates } from "./duplicates.ts";
import { fence } from "./fence.ts";
import { noFailover } from "./no-failover.ts";
import { quietCure } from "./quiet-cure.ts";
import { reads } from "./reads.ts";
import { rpo } from "./rpo.ts";
import { rto } from "./rto.ts";
import { targets } from "./targets.ts";
import { whole } from "./whole.ts";

export const checkers: readonly Checker[] = [
  rto,
  noFailover,
  rpo,
  duplicates,
  fence,
  reads,
  quietCure,
  targets,
  whole,
];
