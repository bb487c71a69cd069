// SCR005: a script that cannot be started.
import type { Script } from "../facts-infrastructure.ts";
import { type FailoverScript, failoverScripts, startOf } from "../failover-scripts.ts";
import type { Rule } from "../rule.ts";

const sentinel =
  "sentinel monitor main 10.0.0.1 6379 2\nsentinel notification-script main /etc/redis/notify.sh\n";

const NO_PYTHON = "Debian 12 and later have no program named python; expected python3.";

export const scr005: Rule = {
  id: "SCR005",
  title: "script that cannot be started",
  severity: "error",
  why:
    "Sentinel does not start at all when a script of its file is not executable. A " +
    "carriage return behind the " +
    "interpreter, or no interpreter, fails only at the failover, with -script-error.",
  fix:
    "Begin with #!/bin/sh (an absolute path), end lines with LF, chmod 0755, and name " +
    "the script absolutely.",
  evidence: "redis#1514, redis#2847",
  sees: ["static"],
  bad: {
    about:
      "The first line ends with a carriage return, so that the interpreter is called sh " +
      "and an invisible sign.",
    files: { "sentinel.conf": sentinel, "notify.sh": '#!/bin/sh\r\nlogger "$1 $2"\r\n' },
  },
  good: {
    about: "The same with plain line ends.",
    files: { "sentinel.conf": sentinel, "notify.sh": '#!/bin/sh\nlogger "$1 $2"\n' },
  },
  *check(facts) {
    for (const found of failoverScripts(facts)) {
      const { script, namedBy } = found;
      for (const message of troubles(found)) {
        yield { place: startOf(script), message };
      }
      const python = script.commands.find(({ name }) => name === "python");
      if (python !== undefined && script.language === "shell") {
        yield { place: python.place, severity: "warning", message: NO_PYTHON };
      }
      if (namedBy !== undefined && !namedBy.isUnknown && !namedBy.text.startsWith("/")) {
        yield { place: namedBy.place, message: relative(namedBy.text) };
      }
    }
  },
};

function relative(path: string): string {
  return `${path} is looked for in whatever folder Sentinel was started in; expected an absolute path.`;
}

function* troubles({ script, job, namedBy }: FailoverScript): Iterable<string> {
  if (script.hasCarriageReturns) {
    yield "The lines end with a carriage return, which becomes part of the interpreter's name; " +
      "expected LF.";
  }
  // A helper is handed to an interpreter by whoever calls it.
  if (job === "helper" || namedBy === undefined) {
    return;
  }
  yield* interpreterTroubles(script);
  const { state } = script;
  if (state !== undefined && !state.isSymlink && (state.mode & 0o111) === 0) {
    yield `Nobody may execute the script (mode 0${(state.mode % 0o1000).toString(8)}); expected 0755.`;
  }
}

function* interpreterTroubles({ interpreter }: Script): Iterable<string> {
  if (interpreter === undefined) {
    yield "The first line names no interpreter, so that the kernel refuses it; expected " +
      "#!/bin/sh or alike.";
  } else if (!interpreter.text.startsWith("/") && !interpreter.isUnknown) {
    yield `The interpreter "${interpreter.text.split(/\s/)[0] ?? ""}" is no absolute path; ` +
      "expected /bin/sh or alike.";
  }
}
