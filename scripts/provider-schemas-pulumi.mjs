// Reads the arguments of a resource out of the declarations of a Pulumi provider package, and turns its
// names back into Terraform's. What these declarations do not tell: lists from sets, and whether a name is
// required, since Pulumi makes up missing ones. Plain Node without any package.

/** What may stand several times has a plural name there, whatever Terraform calls it: these are singular. */
const SINGULAR = {
  allocationPools: "allocation_pool",
  allocationPoolsCollection: "allocation_pools",
  blockDevices: "block_device",
  differentCells: "different_cell",
  differentHosts: "different_host",
  extraDhcpOptions: "extra_dhcp_option",
  fixedIps: "fixed_ip",
  networks: "network",
  personalities: "personality",
  queries: "query",
  sameHosts: "same_host",
  volumes: "volume",
};

const TYPES = { string: "string", number: "number", boolean: "bool", any: "string" };

const snake = (name) =>
  SINGULAR[name] ?? name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

/** Fields of a declaration, with their types on one line. */
function fieldsIn(code, head, indent) {
  const start = code.indexOf(head);
  if (start < 0) return [];
  const body = code
    .slice(start, code.indexOf(`\n${indent}}`, start))
    .replaceAll(/\/\*[\s\S]*?\*\//g, "")
    .replaceAll(/\{\s+\[key: string\]: (\w+);\s+\}/g, "{ [key: string]: $1 }");
  const field = new RegExp(`^${indent} {4}(?:readonly )?(\\w+)(\\??): (.+?);$`, "gms");
  return [...body.matchAll(field)].map(([, name, mark, type]) => {
    return { name, isOptional: mark === "?", type: type.replaceAll(/\s+/g, " ") };
  });
}

/** The name of the nested declaration that a type refers to. */
const nestedIn = (type) => /(?:inputs|outputs)\.(?:(\w+)\.)?(\w+)/.exec(type);

function simpleType(type) {
  const bare = type.replaceAll(/pulumi\.(Input|Output)<|>| \| undefined/g, "");
  if (bare.startsWith("{ [key: string]")) return ["map", "string"];
  const inner = TYPES[bare.replace("[]", "").replaceAll(/[()]/g, "")];
  if (inner === undefined) return undefined;
  return bare.endsWith("[]") ? ["list", inner] : inner;
}

function nestedBlock(nested, inputs) {
  const [, namespace, name] = nested;
  const at = namespace === undefined ? 0 : inputs.indexOf(`export declare namespace ${namespace} {`);
  const indent = namespace === undefined ? "" : "    ";
  const head = namespace === undefined ? `export interface ${name} {` : `interface ${name} {`;
  const fields = fieldsIn(inputs.slice(at), head, indent);
  return blockOf(fields, inputs, new Map());
}

function blockOf(fields, inputs, outputs) {
  const attributes = {};
  const blocks = {};
  for (const { name, isOptional, type } of fields) {
    const argument = snake(name);
    const isFilledIn = isOptional && outputs.has(name) && !outputs.get(name).includes("| undefined");
    const nested = nestedIn(type);
    if (nested === null) {
      const given = isOptional ? { optional: true } : { required: true };
      attributes[argument] = { type: simpleType(type), ...given, ...(isFilledIn && { computed: true }) };
      if (attributes[argument].type === undefined) throw new Error(`${argument} is ${type}`);
      continue;
    }
    const most = type.includes("[]") ? {} : { most: 1 };
    const bounds = { ...(!isOptional && { least: 1 }), ...most };
    blocks[argument] = { nesting: "list", ...bounds, ...nestedBlock(nested, inputs) };
  }
  return { attributes, blocks };
}

/** `path` is that of a declaration in the package, without its ending. */
export function readPulumi(text, path) {
  const code = text(`${path}.d.ts`);
  const inputs = text("types/input.d.ts");
  const [, name] = /export declare class (\w+) extends/.exec(code) ?? [];
  const isProvider = path === "provider";
  const outputs = fieldsIn(code, `export declare class ${name} `, "").map(({ name: own, type }) => [
    own,
    type,
  ]);
  const given = fieldsIn(code, `export interface ${name}Args {`, "");
  const block = blockOf(given, inputs, new Map(isProvider ? [] : outputs));
  if (isProvider) return block;
  const names = new Set(given.map(({ name: own }) => own));
  const computed = outputs
    .filter(([own, type]) => !names.has(own) && nestedIn(type) === null)
    .map(([own, type]) => [snake(own), { type: simpleType(type), computed: true }]);
  const id = { type: "string", optional: true, computed: true };
  return { ...block, attributes: { ...Object.fromEntries(computed), ...block.attributes, id } };
}
