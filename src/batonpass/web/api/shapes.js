// What the API page reads from an OpenAPI document, as plain values.

const NAME = "#/components/schemas/";

/** The schema that a reference stands for. */
export function resolve(schema, document_) {
  return schema?.$ref ? document_.components.schemas[schema.$ref.slice(NAME.length)] : schema;
}

/** Every operation with its method and path, in the document's order. */
export function operationsOf(document_) {
  return Object.entries(document_.paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, operation]) => ({ method, path, operation })));
}

/** Whether an operation has all these words in its path, name or summary. */
export function matches({ method, path, operation }, words) {
  const text = `${method} ${path} ${operation.summary} ${operation.operationId} ${operation.tags}`.toLowerCase();
  return words.toLowerCase().split(/\s+/).every((word) => text.includes(word));
}

/** A schema's type in a few words. */
export function typeOf(schema) {
  if (!schema || !Object.keys(schema).length) return "anything";
  if (schema.$ref) return schema.$ref.slice(NAME.length);
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (schema.enum) return schema.enum.map((value) => JSON.stringify(value)).join(" | ");
  const options = schema.anyOf ?? schema.oneOf;
  if (options) return options.map(typeOf).filter((type) => type !== "null").join(" | ");
  if (schema.type === "array") return `list of ${typeOf(schema.items)}`;
  if (schema.type === "object" && typeof schema.additionalProperties === "object") return `names to ${typeOf(schema.additionalProperties)}`;
  return [schema.type ?? "anything", limits(schema)].filter(Boolean).join(", ");
}

function limits({ minimum, maximum, minLength, maxLength, pattern }) {
  const low = minimum ?? minLength;
  const high = maximum ?? maxLength;
  const what = minLength !== undefined || maxLength !== undefined ? " characters" : "";
  const range = high === undefined ? (low === undefined ? "" : `at least ${low}${what}`) : low === undefined ? `at most ${high}${what}` : `${low} to ${high}${what}`;
  return [range, pattern ? `matches ${pattern}` : ""].filter(Boolean).join(", ");
}

/** The fields of an object: name, type, whether it must be there, and what is said about it. */
export function fieldsOf(schema, document_) {
  const shape = resolve(schema, document_) ?? {};
  const required = new Set(shape.required ?? []);
  return Object.entries(shape.properties ?? {}).map(([name, inner]) => ({
    name, type: typeOf(inner), required: required.has(name), about: inner.description ?? resolve(inner, document_)?.description ?? "",
  }));
}
