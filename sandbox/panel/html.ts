import { STATUS_CODES } from 'node:http';

const headers = { 'content-type': 'text/html; charset=UTF-8' };

/** An error page for a caller that did not ask for JSON, or from a proxy. */
export function htmlPage(status: number, title = STATUS_CODES[status] ?? 'Error') {
  const text = `<!DOCTYPE html>\n<html>\n<head><title>${title}</title></head>\n<body><h1>${title}</h1></body>\n</html>\n`;
  return { status, headers, text };
}

/** A 302, as the panel sends it to a browser. */
export function redirectPage(location: string) {
  const text = `<!DOCTYPE html>\n<html>\n<head><title>Redirecting to ${location}</title></head>\n<body>Redirecting to <a href="${location}">${location}</a>.</body>\n</html>\n`;
  return { status: 302, headers: { ...headers, location }, text };
}
