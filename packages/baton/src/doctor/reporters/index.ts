// Every way to report what doctor found, by alphabet.
import { github } from "./github.ts";
import { json } from "./json.ts";
import { junit } from "./junit.ts";
import type { Reporter } from "./reporter.ts";
import { sarif } from "./sarif.ts";
import { text } from "./text.ts";

export const reporters: readonly Reporter[] = [github, json, junit, sarif, text];
