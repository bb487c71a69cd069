// Holds requests and replies against the OpenAPI document that a vendor publishes. The documents are data and
// no part of this repository: ../shared/specs, or the folder that BATON_VENDOR_SPECS names.
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Ajv, type ValidateFunction } from "ajv";
import formats from "ajv-formats";

const root = fileURLToPath(new URL("../../../../../", import.meta.url));
const folder = process.env["BATON_VENDOR_SPECS"] ?? join(root, "../shared/specs");

export interface Seen {
  readonly method: string;
  /** As sent, with its query. */
  readonly path: string;
  readonly body: unknown;
}

export interface Contract {
  /** What is wrong with a request, each a sentence; none when the vendor's document allows it. */
  request(seen: Seen): readonly string[];
  /** What is wrong with a reply; a status that the document does not have is one. */
  reply(seen: Seen, status: number, body: unknown): readonly string[];
}

interface Parameter {
  readonly name: string;
  readonly in: string;
  readonly required?: boolean;
  readonly schema?: unknown;
  readonly $ref?: string;
}
interface Operation {
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: { readonly required?: boolean; readonly $ref?: string };
  readonly responses: Readonly<Record<string, { readonly $ref?: string }>>;
}
interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

const escaped = (part: string) => part.replaceAll("~", "~0").replaceAll("/", "~1");

/** Why a document's tests are skipped; undefined when it is there. */
export const whyNoContract = (file: string): string | undefined =>
  existsSync(join(folder, file))
    ? undefined
    : `SKIPPED: the vendor's ${file} is not here; BATON_VENDOR_SPECS names the folder that has it`;

/**
 * OpenAPI 3.0 puts `nullable` beside `allOf` and `enum`, where JSON Schema and Ajv have no word for it: said
 * with `anyOf` instead. Where a plain `type` stands beside it, Ajv understands it by itself.
 */
function withNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withNulls);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).map(([key, one]) => [key, withNulls(one)] as const);
  const { nullable, ...rest } = Object.fromEntries(entries);
  if (typeof nullable !== "boolean") return Object.fromEntries(entries);
  if (nullable && (rest["type"] === undefined || rest["enum"] !== undefined)) {
    return { anyOf: [{ type: "null" }, rest] };
  }
  return rest["type"] === undefined ? rest : Object.fromEntries(entries);
}

class OpenApiContract implements Contract {
  private readonly document: Document;
  private readonly ajv = new Ajv({
    strict: false,
    allErrors: true,
    discriminator: false,
    validateFormats: true,
    logger: false,
  });
  private readonly templates: readonly { readonly template: string; readonly pattern: RegExp }[];
  private readonly compiled = new Map<string, ValidateFunction>();

  constructor(document: Document) {
    this.document = document;
    formats.default(this.ajv);
    this.ajv.addSchema(document, "document");
    // Fixed parts before parameters: /reserved_ips/actions is no address.
    const templates = Object.keys(document.paths).toSorted(
      (one, other) => one.split("{").length - other.split("{").length,
    );
    this.templates = templates.map((template) => {
      const source = template
        .replaceAll(/[.*+?^$()|[\]\\]/g, "\\$&")
        .replaceAll(/\{[^}]+\}/g, "([^/]+)");
      return { template, pattern: new RegExp(`^${source}$`) };
    });
  }

  request(seen: Seen): readonly string[] {
    const found = this.operation(seen);
    if (found === undefined) return [`${seen.method} ${seen.path}: the document has no such operation`];
    const { operation, pointer } = found;
    const where = `${seen.method} ${seen.path}`;
    const parameters = this.parametersOf(operation, pointer, seen).map((one) => `${where}: ${one}`);
    const content = this.contentOf(operation.requestBody, `${pointer}/requestBody`);
    if (content === undefined) {
      const isUnasked = seen.body !== undefined;
      return isUnasked
        ? [...parameters, `${where}: a body that the document does not have`]
        : parameters;
    }
    if (seen.body === undefined) {
      return operation.requestBody?.required === true
        ? [...parameters, `${where}: no body`]
        : parameters;
    }
    return [...parameters, ...this.held(`${content}/schema`, seen.body, `${where}: body`)];
  }

  reply(seen: Seen, status: number, body: unknown): readonly string[] {
    const found = this.operation(seen);
    if (found === undefined) return [];
    const { operation, pointer } = found;
    const where = `${seen.method} ${seen.path} ${status}`;
    const key = [String(status), `${String(status)[0]}XX`, "default"].find(
      (one) => one in operation.responses,
    );
    if (key === undefined) return [`${where}: the document has no such status`];
    const content = this.contentOf(operation.responses[key], `${pointer}/responses/${key}`);
    if (content === undefined) return [];
    if (body === undefined) return [`${where}: no body`];
    return this.held(`${content}/schema`, body, where);
  }

  private operation({ method, path }: Seen) {
    const [plain = ""] = path.split("?");
    const verb = method.toLowerCase();
    for (const { template, pattern } of this.templates) {
      const item = this.document.paths[template];
      if (!pattern.test(plain) || item?.[verb] === undefined) continue;
      const pointer = `/paths/${escaped(template)}/${verb}`;
      return { operation: item[verb] as Operation, pointer };
    }
    return undefined;
  }

  private at(pointer: string): unknown {
    const parts = pointer.split("/").slice(1);
    return parts.reduce<unknown>((value, part) => {
      const key = part.replaceAll("~1", "/").replaceAll("~0", "~");
      return (value as Readonly<Record<string, unknown>> | undefined)?.[key];
    }, this.document);
  }

  /** The pointer of the JSON content, through a reference if there is one. */
  private contentOf(
    holder: { readonly $ref?: string } | undefined,
    pointer: string,
  ): string | undefined {
    if (holder === undefined) return undefined;
    const real = holder.$ref === undefined ? pointer : holder.$ref.slice(1);
    const content = this.at(`${real}/content`) as Readonly<Record<string, unknown>> | undefined;
    const type = Object.keys(content ?? {}).find((one) => one.startsWith("application/json"));
    return type === undefined ? undefined : `${real}/content/${escaped(type)}`;
  }

  private parametersOf(operation: Operation, pointer: string, { path }: Seen): readonly string[] {
    const query = new URLSearchParams(path.split("?")[1] ?? "");
    const known = (operation.parameters ?? []).map((parameter, index) => {
      const real =
        parameter.$ref === undefined ? `${pointer}/parameters/${index}` : parameter.$ref.slice(1);
      return { real, parameter: this.at(real) as Parameter };
    });
    const asked = known.filter(({ parameter }) => parameter.in === "query");
    const strangers = [...query.keys()].filter((key) => {
      return asked.every(({ parameter: { name } }) => name !== key && name !== `${key}[]`);
    });
    const missing = asked.filter(({ parameter }) => parameter.required && !query.has(parameter.name));
    return [
      ...strangers.map((key) => `the query has ${key}, which the document does not`),
      ...missing.map(({ parameter }) => `the query lacks ${parameter.name}`),
      ...asked.flatMap(({ real, parameter: { name } }) => {
        const value = query.get(name);
        if (value === null) return [];
        const isNumber = /^-?\d+$/.test(value);
        const text = this.held(`${real}/schema`, value, `query ${name}`);
        return text.length === 0 || !isNumber
          ? text
          : this.held(`${real}/schema`, Number(value), `query ${name}`);
      }),
    ];
  }

  private held(pointer: string, value: unknown, where: string): readonly string[] {
    if (this.at(pointer) === undefined) return [];
    let validate = this.compiled.get(pointer);
    if (validate === undefined) {
      validate = this.ajv.compile({
        $ref: `document#${pointer.split("/").map(encodeURIComponent).join("/")}`,
      });
      this.compiled.set(pointer, validate);
    }
    if (validate(value)) return [];
    const errors = (validate.errors ?? []).slice(0, 5);
    return errors.map(({ instancePath, message }) => `${where}: ${instancePath} ${message ?? ""}`);
  }
}

/** undefined when the document is not here: `whyNoContract` says so. */
export function openContract(file: string): Contract | undefined {
  if (whyNoContract(file) !== undefined) return undefined;
  const text = readFileSync(join(folder, file), "utf8");
  return new OpenApiContract(withNulls(JSON.parse(text)) as Document);
}
