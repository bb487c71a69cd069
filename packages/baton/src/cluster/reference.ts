// The JSON Schema of the cluster file and its reference page, both from the schema table: there is
// nothing to keep in step.
import { z } from "zod";
import { clusterFile } from "./schema.ts";

type SchemaNode = z.core.JSONSchema.BaseSchema;

/**
 * Draft 2020-12, for editors (`# yaml-language-server: $schema=...`) and for other programs that write
 * cluster files.
 */
export function clusterJsonSchema(): SchemaNode {
  const schema = z.toJSONSchema(clusterFile, { io: "input" });
  return { ...schema, title: "Baton cluster file" };
}

function isSchemaNode(value: unknown): value is SchemaNode {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function boundsOf({ minimum, maximum }: SchemaNode): string {
  if (minimum === undefined) return "";
  return maximum === undefined ? ` ${minimum} or more` : ` ${minimum} to ${maximum}`;
}

/** What a value must look like, in a few words. */
function takes(node: SchemaNode): string {
  if (node.const !== undefined) return `\`${String(node.const)}\``;
  if (node.enum !== undefined) return node.enum.map((value) => `\`${String(value)}\``).join(", ");
  const unit = node["unit"];
  if (typeof unit === "string") return `${unit}${boundsOf(node)}`;
  if (node.type === "array" && isSchemaNode(node.items)) {
    const isOfMaps = node.items.properties !== undefined;
    return isOfMaps ? `list of up to ${node.maxItems} maps` : `list of ${takes(node.items)}`;
  }
  if (node.type === "object") return "map";
  return node.type === "string" ? "text" : `${String(node.type ?? "value")}${boundsOf(node)}`;
}

function defaultOf(node: SchemaNode, isRequired: boolean): string {
  if (isRequired) return "required";
  if (node.default === undefined) return "";
  const written = JSON.stringify(node.default);
  if (written === "{}") return "";
  const spaced = written.replaceAll('"', "").replace("{", "{ ").replace("}", " }");
  return `\`${spaced.replaceAll(/[,:]/g, "$& ")}\``;
}

/** One row a key, depth first: `hosts[].name`. */
function rows(node: SchemaNode, prefix: string): readonly string[] {
  return Object.entries(node.properties ?? {}).flatMap(([key, child]) => {
    if (!isSchemaNode(child)) return [];
    const path = `${prefix}${key}`;
    const isRequired = node.required?.includes(key) === true;
    const cells = [`\`${path}\``, takes(child), defaultOf(child, isRequired), child.description ?? ""];
    const row = `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
    const isWhole = child["unit"] !== undefined;
    const inner = isSchemaNode(child.items) ? rows(child.items, `${path}[].`) : rows(child, `${path}.`);
    return isWhole ? [row] : [row, ...inner];
  });
}

/** The page docs/reference/cluster-file.md. */
export function clusterReferenceMarkdown(): string {
  return [
    "# The cluster file",
    "",
    "Every key with what it takes, its default and its meaning. Only `hosts` is required.",
    "`baton explain --file FILE` shows what follows from a file.",
    "Durations are whole numbers with a unit: `500ms`, `3s`, `2m`.",
    "",
    "| key | takes | default | meaning |",
    "|---|---|---|---|",
    ...rows(clusterJsonSchema(), ""),
    "",
  ].join("\n");
}
