// Requests to the real Keystone and Octavia as an administrator or a user would send them, past everything
// that is tested.

export interface Said {
  readonly status: number;
  readonly text: string;
  readonly header: (name: string) => string | null;
}

export interface Asking {
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  readonly url: string;
  readonly body?: unknown;
  readonly token?: string;
  /** Default: application/json. */
  readonly accept?: string;
}

const DEADLINE_MS = 60_000;

export async function say(asking: Asking): Promise<Said> {
  const { method, url, body, token, accept = "application/json" } = asking;
  const headers = {
    accept,
    "content-type": "application/json",
    ...(token === undefined ? {} : { "x-auth-token": token }),
  };
  const text = body === undefined ? null : JSON.stringify(body);
  const signal = AbortSignal.timeout(DEADLINE_MS);
  const response = await fetch(url, { method, headers, body: text, signal });
  return {
    status: response.status,
    text: await response.text(),
    header: (name) => response.headers.get(name),
  };
}

/** The object in the answer. @throws Error with what was said, when it is no success. */
export async function mustSay<T>(asking: Asking): Promise<T> {
  const { status, text } = await say(asking);
  if (status < 200 || status > 299) throw new Error(`${asking.method} ${asking.url}: ${status} ${text}`);
  return (text === "" ? undefined : JSON.parse(text)) as T;
}

export interface User {
  readonly name: string;
  readonly password: string;
  /** By name; an id is a name that Keystone finds as well. */
  readonly project: { readonly name: string; readonly domain: { readonly name: string } };
}

export async function tokenOf(keystone: string, { name, password, project }: User): Promise<string> {
  const user = { name, domain: { name: "Default" }, password };
  const auth = { identity: { methods: ["password"], password: { user } }, scope: { project } };
  const said = await say({ method: "POST", url: `${keystone}/auth/tokens`, body: { auth } });
  const token = said.header("x-subject-token");
  if (token === null) throw new Error(`no token for ${name}: ${said.status} ${said.text}`);
  return token;
}
