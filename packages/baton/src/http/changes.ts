// The three requests that change something: switchover, pause, resume. Nothing of a request is looked at
// before its token is right.
import { createHash, timingSafeEqual } from "node:crypto";
import type { Context, Hono } from "hono";
import { bodyLimit } from "hono/body-limit";
import type { ContentfulStatusCode } from "hono/utils/http-status";
import { z } from "zod";
import { BatonError, EXIT } from "../errors.ts";

export interface HttpActions {
  switchover(request: {
    readonly group: string | undefined;
    readonly to: string | undefined;
    readonly maxPauseMs: number | undefined;
    readonly despiteTargets: boolean | undefined;
    /** Looks and answers what would happen; changes nothing. */
    readonly isDryRun: boolean | undefined;
  }): Promise<unknown>;
  /** Of all groups without one. */
  pause(request: {
    readonly group: string | undefined;
    readonly forMs: number | undefined;
  }): Promise<unknown>;
  resume(request: { readonly group: string | undefined }): Promise<unknown>;
}

const BODY_BYTES_MAX = 8 << 10;

const name = z.string().min(1).max(64);
const switchoverBody = z.strictObject({
  group: name.optional(),
  to: name.optional(),
  maxPauseMs: z.int().min(1).max(60_000).optional(),
  despiteTargets: z.boolean().optional(),
  isDryRun: z.boolean().optional(),
});
const pauseBody = z.strictObject({
  group: name.optional(),
  forMs: z
    .int()
    .min(1)
    .max(7 * 86_400_000)
    .optional(),
});
const resumeBody = z.strictObject({ group: name.optional() });

interface Trouble {
  readonly status: ContentfulStatusCode;
  readonly code: string;
  readonly message: string;
  readonly hint: string;
}

const HINTS = {
  token: "send `Authorization: Bearer TOKEN`; the cluster file's `secrets.token` says where it is kept",
  configure:
    "name a token in the cluster file, `secrets: { token: { file: PATH } }`, and restart the agent",
  body: `send a JSON object of at most ${BODY_BYTES_MAX} bytes with the documented keys only`,
  origin: "send the request from a program, not from a page of another site",
} as const;

function refuse(context: Context, { status, code, message, hint }: Trouble) {
  if (status === 401) context.header("www-authenticate", 'Bearer realm="baton"');
  // Nobody has read the body: the connection cannot carry another request, and the client must know.
  if (status !== 400 && status !== 409) context.header("connection", "close");
  return context.json({ error: { code, message, hint } }, status);
}

const digest = (text: string) => createHash("sha256").update(text).digest();

/** Compares digests of equal length, in the same time wherever they differ. */
function isBearer(header: string | undefined, token: string): boolean {
  const [, given] = /^Bearer +(\S+)$/i.exec(header ?? "") ?? [];
  return timingSafeEqual(digest(given ?? ""), digest(token)) && given !== undefined;
}

/** A browser names the page that asks; only the agent's own pages may. Programs send no Origin. */
function isFromElsewhere(context: Context): boolean {
  if (context.req.header("sec-fetch-site") === "cross-site") return true;
  const origin = context.req.header("origin");
  if (origin === undefined) return false;
  return !URL.canParse(origin) || new URL(origin).host !== context.req.header("host");
}

function unauthorised(context: Context, token: string | undefined): Trouble | undefined {
  if (token === undefined) {
    const message = "this agent has no token, and without one it changes nothing on request";
    return { status: 403, code: "FORBIDDEN", message, hint: HINTS.configure };
  }
  if (isFromElsewhere(context)) {
    const message = "the request comes from a page of another site";
    return { status: 403, code: "FORBIDDEN", message, hint: HINTS.origin };
  }
  if (isBearer(context.req.header("authorization"), token)) return undefined;
  const message = "the token is missing or wrong";
  return { status: 401, code: "UNAUTHORIZED", message, hint: HINTS.token };
}

/** The body by its schema. An empty one is an empty object. */
async function bodyOf<T>(context: Context, shape: z.ZodType<T>): Promise<T | Trouble> {
  const bad = { status: 400, code: "BAD_REQUEST", hint: HINTS.body } as const;
  const text = await context.req.text();
  let value: unknown = {};
  try {
    if (text.trim() !== "") value = JSON.parse(text);
  } catch {
    return { ...bad, message: "the body is no JSON" };
  }
  const parsed = shape.safeParse(value);
  return parsed.success ? parsed.data : { ...bad, message: z.prettifyError(parsed.error) };
}

function isTrouble(value: unknown): value is Trouble {
  return typeof value === "object" && value !== null && "status" in value && "hint" in value;
}

/** What the cluster refuses at present is a conflict; what no cluster could do is a bad request. */
function refused(error: unknown): Trouble {
  if (!(error instanceof BatonError)) throw error;
  const { code, message, hint, exitCode } = error;
  return { status: exitCode === EXIT.usage ? 400 : 409, code, message, hint };
}

/** Adds the routes; `token` undefined leaves them closed, and they say how to open them. */
export function addChanges(app: Hono, token: string | undefined, actions: HttpActions): void {
  const tooLarge = (context: Context) => {
    const message = `the body is longer than ${BODY_BYTES_MAX} bytes`;
    return refuse(context, { status: 413, code: "TOO_LARGE", message, hint: HINTS.body });
  };
  const limit = bodyLimit({ maxSize: BODY_BYTES_MAX, onError: tooLarge });

  function add<T>(path: string, shape: z.ZodType<T>, act: (body: T) => Promise<unknown>): void {
    app.post(
      path,
      async (context, next) => {
        const trouble = unauthorised(context, token);
        if (trouble !== undefined) return refuse(context, trouble);
        await next();
        return undefined;
      },
      limit,
      async (context) => {
        const body = await bodyOf(context, shape);
        if (isTrouble(body)) return refuse(context, body);
        try {
          return context.json({ result: (await act(body)) ?? null });
        } catch (error) {
          return refuse(context, refused(error));
        }
      },
    );
  }

  add("/api/switchover", switchoverBody, ({ group, to, maxPauseMs, despiteTargets, isDryRun }) =>
    actions.switchover({ group, to, maxPauseMs, despiteTargets, isDryRun }),
  );
  add("/api/pause", pauseBody, ({ group, forMs }) => actions.pause({ group, forMs }));
  add("/api/resume", resumeBody, ({ group }) => actions.resume({ group }));
}
