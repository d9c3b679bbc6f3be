// Imports of the pages' import map, as far as code without a screen needs them: import this first, then `await import` it.

import { register } from "node:module";

const core = new URL("../../src/batonpass/web/vendor/signals-core.module.js", import.meta.url);
const map = `export const resolve = (name, context, next) => name === "@preact/signals" ? { url: ${JSON.stringify(core.href)}, shortCircuit: true } : next(name, context);`;
register(`data:text/javascript,${encodeURIComponent(map)}`);
globalThis.document ??= { hidden: true, title: "", addEventListener() {} };
