// What `baton drill run` and `baton demo` share: run one drill in a lab, write its evidence, show
// it, exit by verdict.
import { dirname, join, relative } from "node:path";
import { type DrillOptions, runDrill } from "../drill/drill.ts";
import { printPage } from "../drill/print-page.ts";
import { reporters } from "../drill/report/index.ts";
import { writeRunFolder } from "../drill/run-folder.ts";
import type { Verdict } from "../drill/types.ts";
import { assert, BatonError, EXIT } from "../errors.ts";
import type { Context, Given } from "./command.ts";
import { secretReader } from "./secrets.ts";

const EXIT_BY_VERDICT: Readonly<Record<Verdict, number>> = {
  held: EXIT.fine,
  broken: EXIT.findings,
  unknown: EXIT.unknown,
};

type Asked = Omit<DrillOptions, "clock" | "signal" | "onProgress">;

export interface RunDrillOptions extends Asked {
  /** Id of a reporter. */
  readonly format: string;
  /** Folder for the evidence; undefined writes none. */
  readonly out: string | undefined;
  /** Prints the page beside itself, where there is evidence. */
  readonly browser?: string | undefined;
}

/** What `--format` says, and the reporter that it means. */
export const FORMATS = { text: "terminal", markdown: "markdown", junit: "junit" } as const;

/** `--json` is what scripts have always said. */
export function formatOf({ json, format }: Given): string {
  if (json === true) return "json";
  return FORMATS[(format ?? "text") as keyof typeof FORMATS];
}

const named = (path: string): string => relative(process.cwd(), path) || path;

/** What was measured stands, printed or not. @returns the exit code of what went wrong, 0 for nothing */
async function print(page: string, browser: string, context: Context): Promise<number> {
  const { environment, signal, terminal } = context;
  const file = join(dirname(page), "report.pdf");
  try {
    await printPage({ browser, page, file, environment, signal });
    terminal.note(`printed: ${named(file)}`);
    return EXIT.fine;
  } catch (error) {
    if (!(error instanceof BatonError)) throw error;
    terminal.note(`no PDF: ${error.code} ${error.message}`);
    return error.exitCode;
  }
}

/** @returns the exit code of the verdict. */
export async function runAndReport(options: RunDrillOptions, context: Context): Promise<number> {
  const { terminal, clock, signal } = context;
  const { format, out, browser, ...asked } = options;
  const onProgress = (sentence: string) => terminal.note(`  ${sentence}`);
  const readSecret = secretReader(asked.lab.clusterFile, context.environment);
  const evidence = await runDrill({ readSecret, ...asked, clock, signal, onProgress });
  const reporter = reporters.find(({ id }) => id === format);
  assert(reporter !== undefined, `there is a reporter ${format}`);
  const folder = out === undefined ? undefined : await writeRunFolder(out, evidence);
  if (folder !== undefined) terminal.note(`report: ${named(folder.page)}`);
  terminal.out(reporter.render(evidence, terminal));
  const printed =
    folder === undefined || browser === undefined ? 0 : await print(folder.page, browser, context);
  return EXIT_BY_VERDICT[evidence.result.verdict] || printed;
}

export const defaultRunFolder = (): string => join(process.cwd(), "baton-runs");
