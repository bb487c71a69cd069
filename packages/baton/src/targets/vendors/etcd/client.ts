// The JSON gateway of an etcd cluster: endpoints are asked in turn, and a login that has lapsed is renewed.
import { z } from "zod";
import type { Api, Asked } from "../../api/api.ts";
import type { Pacer } from "../../api/pacer.ts";
import { ApiRefusal } from "../../api/refusal.ts";
import { TryLater } from "../../target.ts";
import { openApiWithFiles, type TlsFiles } from "../stores/tls-files.ts";
import { timeLimit } from "../../../sys/time-limit.ts";

export interface EtcdOptions {
  /** At least one. */
  readonly endpoints: readonly string[];
  readonly login: { readonly user: string; readonly password: string } | undefined;
  readonly tls: TlsFiles | undefined;
  readonly pacer: Pacer;
  /** Of a whole attempt, milliseconds: what one endpoint may take of it follows from that. */
  readonly timeoutMs: number;
}

export interface Etcd {
  /** By the first endpoint that answers; the one that has answered last comes first. */
  ask<T>(asked: Asked<T>, signal: AbortSignal): Promise<T>;
  /** One endpoint of `endpoints`, without a login. */
  askOne<T>(index: number, asked: Asked<T>, signal: AbortSignal): Promise<T>;
  /** Known after the first `ask` with a login: the server has answered that it asks for none. */
  isLoginIgnored(): boolean;
  close(): Promise<void>;
}

/** In front of what an etcd answers that does not take a token any more, or for the first time wants one. */
const LAPSED = /invalid auth token|user name is empty|revision of auth store is old/;
const REASON_CHARACTERS_MAX = 160;

const isLapsed = (error: unknown): boolean =>
  error instanceof ApiRefusal && (error.status === 401 || LAPSED.test(error.body));

/** What every member would answer: another one need not be asked. */
const isFinal = (error: unknown): boolean =>
  error instanceof ApiRefusal && [400, 401, 403].includes(error.status);

function noneAnswers(errors: readonly Error[]): Error {
  const [first, ...rest] = errors;
  if (first === undefined || rest.length === 0) return first ?? new Error("etcd: no endpoint");
  const reasons = errors.map(({ message }) => message.slice(0, REASON_CHARACTERS_MAX)).slice(0, 3);
  const message = `etcd: none of ${errors.length} endpoints answers: ${reasons.join("; ")}`;
  const laterMs = errors.map((error) => (error instanceof TryLater ? error.afterMs : 0));
  const waitMs = Math.min(...laterMs);
  return waitMs > 0 ? new TryLater(message, waitMs) : new Error(message);
}

export class EtcdClient implements Etcd {
  private readonly options: EtcdOptions;
  private readonly apis: readonly Api[];
  private readonly shareMs: number;
  private readonly secrets: string[] = [];
  private preferred = 0;
  /** Empty where the server wants none. */
  private token: string | undefined;

  constructor(options: EtcdOptions) {
    const { endpoints, login, tls, pacer, timeoutMs } = options;
    this.options = options;
    if (login !== undefined) this.secrets.push(login.password);
    const common = { vendor: "etcd", pacer, secrets: this.secrets };
    this.apis = endpoints.map((base) => openApiWithFiles({ ...common, base }, tls));
    this.shareMs = Math.ceil(timeoutMs / (endpoints.length + 1));
  }

  async ask<T>(asked: Asked<T>, signal: AbortSignal): Promise<T> {
    const errors: Error[] = [];
    const first = this.preferred;
    for (let step = 0; step < this.apis.length; step += 1) {
      const index = (first + step) % this.apis.length;
      try {
        const body = await this.bounded(index, signal, (limit) => this.loggedIn(index, asked, limit));
        this.preferred = index;
        return body;
      } catch (error) {
        signal.throwIfAborted();
        if (isFinal(error)) throw error;
        errors.push(error as Error);
      }
    }
    throw noneAnswers(errors);
  }

  async askOne<T>(index: number, asked: Asked<T>, signal: AbortSignal): Promise<T> {
    return await this.bounded(index, signal, async (limit) => {
      const { body } = await this.at(index).ask(asked, limit);
      return body;
    });
  }

  isLoginIgnored(): boolean {
    return this.options.login !== undefined && this.token === "";
  }

  async close(): Promise<void> {
    await Promise.all(this.apis.map((api) => api.close()));
  }

  private at(index: number): Api {
    const api = this.apis[index];
    if (api === undefined) throw new Error(`etcd: there is no endpoint ${index}`);
    return api;
  }

  /** One that hangs must leave time for the others; a single one has all the time there is. */
  private async bounded<T>(
    index: number,
    signal: AbortSignal,
    deed: (limit: AbortSignal) => Promise<T>,
  ): Promise<T> {
    signal.throwIfAborted();
    if (this.apis.length === 1) return await deed(signal);
    const share = timeLimit(this.shareMs);
    try {
      return await deed(AbortSignal.any([signal, share]));
    } catch (error) {
      signal.throwIfAborted();
      if (!share.aborted) throw error;
      const { host } = new URL(this.options.endpoints[index] ?? "");
      throw new Error(`etcd: ${host}: no answer within ${this.shareMs} ms`, { cause: error });
    }
  }

  /** A login that has lapsed is renewed once: etcd forgets tokens after minutes and at every restart. */
  private async loggedIn<T>(index: number, asked: Asked<T>, signal: AbortSignal): Promise<T> {
    const api = this.at(index);
    if (this.options.login === undefined) return (await api.ask(asked, signal)).body;
    const token = this.token ?? (await this.logIn(api, signal));
    try {
      return (await api.ask(withToken(asked, token), signal)).body;
    } catch (error) {
      if (!isLapsed(error)) throw error;
    }
    const renewed = await this.logIn(api, signal);
    return (await api.ask(withToken(asked, renewed), signal)).body;
  }

  private async logIn(api: Api, signal: AbortSignal): Promise<string> {
    const { user: name = "", password = "" } = this.options.login ?? {};
    this.token = undefined;
    const reply = z.object({ token: z.string().min(1) });
    const path = "/v3/auth/authenticate";
    try {
      const { body } = await api.ask({ method: "POST", path, body: { name, password }, reply }, signal);
      this.keep(body.token);
    } catch (error) {
      if (!(error instanceof ApiRefusal)) throw error;
      if (error.body.includes("authentication is not enabled")) this.keep("");
      else if (!error.body.includes("authentication failed")) throw error;
      else {
        const message = `etcd: the login of user ${name} is refused: user or password is wrong`;
        throw new ApiRefusal(message, 401, error.body);
      }
    }
    return this.token ?? "";
  }

  private keep(token: string): void {
    this.token = token;
    // The password, and the two tokens that may still be in a message.
    this.secrets.push(token);
    if (this.secrets.length > 3) this.secrets.splice(1, 1);
  }
}

const withToken = <T>(asked: Asked<T>, token: string): Asked<T> =>
  token === "" ? asked : { ...asked, headers: { ...asked.headers, authorization: token } };
