// What `baton drill run` and `baton demo` share: run one drill in a lab, write its evidence, show
// it, exit by verdict.
import { join, relative } from "node:path";
import { type DrillOptions, runDrill } from "../drill/drill.ts";
import { renderJson, renderTerminal } from "../drill/report/index.ts";
import { writeRunFolder } from "../drill/run-folder.ts";
import type { Verdict } from "../drill/types.ts";
import { EXIT } from "../errors.ts";
import type { Context } from "./command.ts";

const EXIT_BY_VERDICT: Readonly<Record<Verdict, number>> = {
  held: EXIT.fine,
  broken: EXIT.findings,
  unknown: EXIT.unknown,
};

type Asked = Omit<DrillOptions, "clock" | "signal" | "onProgress">;

export interface RunDrillOptions extends Asked {
  readonly asJson: boolean;
  /** Folder for the evidence; undefined writes none. */
  readonly out: string | undefined;
}

/** @returns the exit code of the verdict. */
export async function runAndReport(options: RunDrillOptions, context: Context): Promise<number> {
  const { terminal, clock, signal } = context;
  const { asJson, out, ...asked } = options;
  const onProgress = (sentence: string) => terminal.note(`  ${sentence}`);
  const evidence = await runDrill({ ...asked, clock, signal, onProgress });
  if (out !== undefined) {
    const { page } = await writeRunFolder(out, evidence);
    terminal.note(`report: ${relative(process.cwd(), page) || page}`);
  }
  if (asJson) terminal.out(renderJson(evidence.result));
  else for (const line of renderTerminal(evidence, terminal)) terminal.out(line);
  return EXIT_BY_VERDICT[evidence.result.verdict];
}

export const defaultRunFolder = (): string => join(process.cwd(), "baton-runs");
