// The operator's configuration: the document in force, and changes that are made from a known version of it. Somebody
// who was faster is told of in words, and nothing is overwritten.

import { signal } from "@preact/signals";
import { nested, replacing } from "./patch.js";

export class Configuration {
  constructor(rest) {
    this.rest = rest;
    this.state = signal(null); // {version, source, drift, document}
    this.problem = signal(null);
  }

  get document() {
    return this.state.value?.document ?? {};
  }

  /** The file has the last word: what is here can be read only. */
  get readOnly() {
    return this.state.value?.source === "file";
  }

  /** A table anywhere: `table("queues", "orders", "members")`. Names come out of addresses too, so only own ones count. */
  table(...path) {
    return path.reduce((found, key) => (Object.hasOwn(found ?? {}, key) ? found[key] : undefined), this.document);
  }

  async load() {
    try {
      this.state.value = await this.rest.get("/admin/config");
      this.problem.value = null;
    } catch (problem) {
      this.problem.value = problem;
    }
  }

  /** What a change would do: `{changes, warnings, route, course}`. Throws `Problem` with its errors. */
  preview(patch, more = {}) {
    return this.rest.ask("POST", "/admin/config/preview", { body: { patch, ...more } });
  }

  /** Change keys (null removes), from the version that is shown. Returns the new version. Throws `Problem`. */
  async change(patch, comment = "") {
    const made = await this.rest.ask("PATCH", "/admin/config", { body: { patch, comment }, ifMatch: this.state.value?.version });
    await this.load();
    return made;
  }

  /** Put a table in the place of another one, keys that are gone included. */
  replace(path, table, comment = "") {
    return this.change(nested(path, replacing(this.table(...path), table)), comment);
  }
}
