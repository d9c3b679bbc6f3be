// What the page asks over REST: JSON in, JSON out, and every refusal as one error with the words of the server.

/** The server's `no`: `{code, message, status, errors}`; `errors` are `[{field, problem}]`. */
export class Problem extends Error {
  constructor({ code = "error", detail, status = 0, errors = [], retryable = false }) {
    super(detail);
    Object.assign(this, { code, status, errors: errors ?? [], retryable });
  }
}

export class Rest {
  constructor(auth) {
    this.auth = auth;
  }

  get(path, query = {}) {
    return this.ask("GET", path, { query });
  }

  /**
   * Ask, and return what is answered, with `etag` where there is one.
   *
   * @param {string} method
   * @param {string} path  after `/api/v1`
   * @param {{body?: object, query?: object, ifMatch?: number|string}} [more]
   */
  async ask(method, path, { body, query = {}, ifMatch } = {}) {
    const headers = {};
    if (body !== undefined) headers["Content-Type"] = "application/json";
    if (ifMatch !== undefined && ifMatch !== null) headers["If-Match"] = `"${ifMatch}"`;
    const response = await this.#fetch(`${path}${queryOf(query)}`, { method, headers, body: body === undefined ? undefined : JSON.stringify(body) });
    const answer = response.status === 204 ? {} : await response.json().catch(() => ({}));
    if (!response.ok) throw new Problem({ detail: `The server answered ${response.status}.`, ...answer, status: response.status });
    return answer;
  }

  /** The bytes of an answer, for a download. */
  async blob(path, query = {}) {
    const response = await this.#fetch(`${path}${queryOf(query)}`, {});
    if (!response.ok) throw new Problem({ detail: `The server answered ${response.status}.`, ...(await response.json().catch(() => ({}))), status: response.status });
    return response.blob();
  }

  async #fetch(path, options) {
    try {
      return await this.auth.fetch(path, options);
    } catch (error) {
      if (error.code === "bad_request") throw new Problem({ code: error.code, detail: error.message });
      throw new Problem({ code: "offline", detail: "No connection to the server. Nothing was changed.", retryable: true });
    }
  }
}

function queryOf(query) {
  const found = Object.entries(query).filter(([, value]) => value !== undefined && value !== null && value !== "");
  return found.length ? `?${new URLSearchParams(found)}` : "";
}
