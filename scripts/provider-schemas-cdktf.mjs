// Reads the arguments of a resource out of a CDKTF provider package: types from what its generated code hands
// to Terraform, and what is required from its declarations. Plain Node without any package.

const TYPES = { string: "string", number: "number", boolean: "bool" };
const COMPUTED = {
  getStringAttribute: "string",
  getNumberAttribute: "number",
  getBooleanAttribute: "bool",
};

/** `stringList` of a set: ["set", "string"]. */
function typeOf(kind, storage) {
  const [, item = storage] = /^(string|number|boolean)(?:List|Map)?$/.exec(storage) ?? [];
  const inner = TYPES[item];
  if (inner === undefined) throw new Error(`an attribute of the unknown type ${kind} ${storage}`);
  return kind === "simple" ? inner : [kind, inner];
}

/** What a declaration says of each argument: whether it may be left out, and whether it is a list. */
function declared(declarations, name) {
  const [, body = ""] =
    new RegExp(`export interface ${name} [^{]*\\{\\n([\\s\\S]*?)\\n\\}`).exec(declarations) ?? [];
  const found = [...body.matchAll(/#(\w+) \w+#\w+\}[\s\S]*?readonly \w+(\??): ([^;]+);/g)];
  return new Map(
    found.map(([, argument, mark, type]) => {
      return [argument, { isRequired: mark === "", isList: type.includes("[]") }];
    }),
  );
}

/** The entries of one `const attrs = {`, as far as its closing brace. */
function entriesIn(code, start) {
  const from = code.indexOf("const attrs = {", start);
  const body = code.slice(from, endOf(code, from));
  const entry =
    /(\w+): \{\s+value: ([\s\S]*?),\s+isBlock: (true|false),\s+type: "(\w+)",\s+storageClassType: "(\w+)"/g;
  return [...body.matchAll(entry)];
}

function endOf(code, from) {
  const ends = ["\n    };", "\n        };"]
    .map((end) => code.indexOf(end, from))
    .filter((at) => at >= 0);
  return Math.min(...ends);
}

function blockOf(code, declarations, start, name) {
  const known = declared(declarations, name);
  const attributes = {};
  const blocks = {};
  for (const [, argument, value, isBlock, kind, storage] of entriesIn(code, start)) {
    const { isRequired = false, isList = false } = known.get(argument) ?? {};
    if (isBlock === "false") {
      attributes[argument] = {
        type: typeOf(kind, storage),
        [isRequired ? "required" : "optional"]: true,
      };
      continue;
    }
    const [, mapper] = /(\w+)ToHclTerraform/.exec(value) ?? [];
    const inner = mapper[0].toUpperCase() + mapper.slice(1);
    const at = code.indexOf(`function ${mapper}ToHclTerraform`);
    blocks[argument] = {
      nesting: kind === "struct" ? "single" : kind,
      ...(isRequired && { least: 1 }),
      ...(!isList && kind !== "struct" && { most: 1 }),
      ...blockOf(code, declarations, at, inner),
    };
  }
  return { attributes, blocks };
}

/** What the provider fills in. Lists of objects are left out: nothing that is rendered asks for one. */
function computedIn(code, start) {
  const found = code
    .slice(start)
    .matchAll(/\/\/ (\w+) - computed: true, [^\n]*\n\s+get \w+\(\) \{\s+return this\.(\w+)\(/g);
  return [...found].flatMap(([, attribute, getter]) => {
    const type = COMPUTED[getter];
    return type === undefined ? [] : [[attribute, { type, computed: true }]];
  });
}

/** `path` is a folder of the package's lib. */
export function readCdktf(text, path) {
  const code = text(`lib/${path}/index.js`);
  const declarations = text(`lib/${path}/index.d.ts`);
  const [, name] = /class (\w+) extends cdktf\.Terraform(?:Resource|Provider)/.exec(code) ?? [];
  const start = code.indexOf(`class ${name} extends cdktf.Terraform`);
  const synthesis = code.indexOf("synthesizeHclAttributes() {", start);
  const block = blockOf(code, declarations, synthesis, `${name}Config`);
  const computed = Object.fromEntries(computedIn(code, start));
  // Terraform's own, of every provider.
  const { id, alias: _alias, ...attributes } = block.attributes;
  const own = id === undefined ? {} : { id: { ...id, computed: true } };
  return { ...block, attributes: { ...computed, ...attributes, ...own } };
}
