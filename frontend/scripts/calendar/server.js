// Asks the salon's own addresses. A refusal carries what the server said and what stands in the way.
export class Refusal extends Error {
  constructor(status, told) {
    super(told.message ?? "");
    this.status = status;
    this.code = told.code ?? "";
    this.clashes = told.clashes ?? [];
    this.doubt = told.doubt ?? null;
    this.alternatives = told.alternatives ?? [];
  }
}

const PATIENCE = 10_000;
const LANGUAGE = document.documentElement.lang; // a refusal before anybody is known is said in the page's words, too

export function createServer({ base, console, csrf }) {
  async function ask(address, { accept = "application/json", ...options } = {}) {
    const patience = AbortSignal.timeout(PATIENCE);
    const signal = options.signal ? AbortSignal.any([options.signal, patience]) : patience;
    const headers = { Accept: accept, "Accept-Language": LANGUAGE };
    const response = await fetch(address, { ...options, headers, signal });
    if (response.redirected && /\/log-in/.test(response.url)) location.reload();
    if (response.ok) return response;
    throw new Refusal(response.status, await response.json().catch(() => ({})));
  }
  const post = async (address, fields, options = {}) =>
    (await ask(address, { ...options, method: "POST", body: new URLSearchParams({ ...fields, csrf }) })).json();
  return {
    read: async (path, query = {}, options = {}) =>
      (await ask(`${base}${path}?${new URLSearchParams(query)}`, options)).json(),
    send: (path, fields = {}, options = {}) => post(`${base}${path}`, fields, options),
    fragment: async (path, options = {}) =>
      (await ask(`${console}${path}`, { ...options, accept: "text/html" })).text(),
    address: (path) => `${base}${path}`,
    page: (path, query = {}) => `${console}${path}?${new URLSearchParams(query)}`,
  };
}
