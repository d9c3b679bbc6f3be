// Copies the files that the pages use from the npm packages of tests/node into src/batonpass/web/vendor, and writes
// its manifest. Run after a change of a version in tests/node: `make setup && node tests/js/vendor.mjs`.

import { createHash } from "node:crypto";
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const HERE = dirname(fileURLToPath(import.meta.url));
const NODE = join(HERE, "..", "node");
const VENDOR = join(HERE, "..", "..", "src", "batonpass", "web", "vendor");

const WANTED = [
  ["socket.io-client", "dist/socket.io.esm.min.js", "socket.io.esm.min.js"],
  ["preact", "dist/preact.mjs", "preact.mjs"],
  ["preact", "hooks/dist/hooks.mjs", "preact-hooks.mjs"],
  ["htm", "dist/htm.module.js", "htm.module.js"],
  ["@preact/signals-core", "dist/signals-core.module.js", "signals-core.module.js"],
  ["@preact/signals", "dist/signals.module.js", "signals.module.js"],
  ["uplot", "dist/uPlot.esm.js", "uPlot.esm.js"],
  ["uplot", "dist/uPlot.min.css", "uPlot.min.css"],
];

// Inside the socket.io bundle, so their licences go with it.
const BUNDLED = ["engine.io-client", "engine.io-parser", "socket.io-parser", "@socket.io/component-emitter"];

const sha512 = (path) => `sha512-${createHash("sha512").update(readFileSync(path)).digest("base64")}`;
const lock = JSON.parse(readFileSync(join(NODE, "package-lock.json"), "utf8")).packages;

const files = [];
function take(name, source, file) {
  const { version, integrity } = lock[`node_modules/${name}`];
  mkdirSync(dirname(join(VENDOR, file)), { recursive: true });
  copyFileSync(join(NODE, "node_modules", name, source), join(VENDOR, file));
  files.push({ name, version, integrity, source, file, sha512: sha512(join(VENDOR, file)) });
}

for (const [name, source, file] of WANTED) take(name, source, file);
for (const name of new Set([...WANTED.map(([name]) => name), ...BUNDLED])) {
  take(name, "LICENSE", `licenses/${name.replace("@", "").replace("/", "-")}.txt`);
}
writeFileSync(join(VENDOR, "manifest.json"), `${JSON.stringify({ files }, null, 2)}\n`);
