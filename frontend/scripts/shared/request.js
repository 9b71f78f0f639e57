// The one way our scripts ask the server: every request bears the correlation id of its page, so
// that what a visitor did is one story in the logs (`openchair logs --correlation ID`).
export function correlationId() {
  return document.querySelector('meta[name="correlation-id"]')?.content ?? "";
}

export function request(url, { headers = {}, ...options } = {}) {
  const id = correlationId();
  return fetch(url, { ...options, headers: id ? { ...headers, "X-Correlation-Id": id } : headers });
}
