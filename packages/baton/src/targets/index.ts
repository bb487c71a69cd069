// The explicit table of target kinds, alphabetical.
import { exec } from "./exec.ts";
import { file } from "./file.ts";
import { haproxy } from "./haproxy.ts";
import type { TargetKind } from "./target.ts";
import { webhook } from "./webhook.ts";

export const targetKinds: readonly TargetKind[] = [exec, file, haproxy, webhook];
