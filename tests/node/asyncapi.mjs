// Says what is wrong with an AsyncAPI document: one JSON array of errors. usage: node asyncapi.mjs < document

import { Parser } from "@asyncapi/parser";

const chunks = [];
for await (const chunk of process.stdin) chunks.push(chunk);
const { document, diagnostics } = await new Parser().parse(Buffer.concat(chunks).toString());
const errors = diagnostics.filter(({ severity }) => severity === 0).map(({ code, message, path }) => `${code}: ${message} at ${path.join(".")}`);
const channels = document?.channels().all().map((channel) => channel.address()) ?? [];
console.log(JSON.stringify({ errors, channels, operations: document?.operations().all().length ?? 0 }));
