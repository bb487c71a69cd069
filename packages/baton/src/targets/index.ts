// The explicit table of target kinds, alphabetical.
import { exec } from "./kinds/exec.ts";
import { file } from "./kinds/file.ts";
import { haproxy } from "./kinds/haproxy.ts";
import { webhook } from "./kinds/webhook.ts";
import type { TargetKind } from "./target.ts";

export const targetKinds: readonly TargetKind[] = [exec, file, haproxy, webhook];
