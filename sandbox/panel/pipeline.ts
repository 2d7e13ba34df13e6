import { mayUse, type PanelAnswer, type PanelContext } from './context.ts';
import { PanelError, panelErrors, redirectOf } from './errors.ts';
import { htmlPage, redirectPage } from './html.ts';
import { countRequest } from './rate-limit.ts';
import { matchRoute } from './routes.ts';
import type { KeyRow } from './rows.ts';
import { isRecord } from './rules.ts';

/** A request as the HTTP server read it; `body` is the raw text. */
export type RawRequest = {
  method: string;
  url: URL;
  accept: string;
  authorization: string;
  clientIp: string;
  body: string;
};

/** An answer as it goes over the wire. */
export type RawAnswer = { status: number; headers: Record<string, string>; text: string };

/** Answers one request as the panel does: the gates in its order, then the handler. Never throws. */
export async function answer(panel: PanelContext, request: RawRequest): Promise<RawAnswer> {
  const proxied = proxyAnswer(panel);
  if (proxied) return proxied;
  // An error has the rate-limit headers only when it came after the limiter.
  const limitHeaders: Record<string, string> = {};
  try {
    return json(await handle(panel, request, limitHeaders), limitHeaders);
  } catch (thrown) {
    const error = thrown instanceof PanelError ? thrown : panelErrors.bug();
    return errorAnswer(panel, request, error, limitHeaders);
  }
}

/** What stands between the caller and the panel. */
function proxyAnswer(panel: PanelContext): RawAnswer | null {
  if (panel.faults.html502) return htmlPage(502, '502 Bad Gateway');
  if (panel.faults.strange)
    return json({ status: 200, body: { status: 'ok', service: 'something else' } }, {});
  return panel.faults.redirect ? redirectPage(`${panel.baseUrl()}/auth/login`) : null;
}

async function handle(
  panel: PanelContext,
  request: RawRequest,
  limitHeaders: Record<string, string>,
): Promise<PanelAnswer> {
  const { faults } = panel;
  if (faults.maintenance) throw panelErrors.maintenance();
  if (faults.wrongRoot) throw panelErrors.unknownRoute(request.url.pathname.replace(/^\//, ''));
  const { route, params } = matchRoute(request.method, request.url.pathname);
  if (faults.redisDown) throw panelErrors.redis();
  if (faults.databaseDown) throw panelErrors.query();
  const key = authenticate(panel, request);
  const body = parseBody(request.body);
  checkKey(panel, request, key);
  Object.assign(limitHeaders, countRequest(panel, key.userId));
  checkOwner(panel, key);
  const access = route.method === 'GET' ? 'read' : 'write';
  if (faults.noPermission || !mayUse(panel, key, route.resource, access)) throw panelErrors.forbidden();
  const { method, url } = request;
  return route.handler(panel, { method, path: url.pathname, query: url.searchParams, params, body, key });
}

function authenticate(panel: PanelContext, request: RawRequest): KeyRow {
  const token = request.authorization.replace(/^Bearer /, '');
  const key = panel.state.keys.find((row) => row.token === token);
  if (!key || panel.faults.keyRevoked) throw panelErrors.unauthenticated();
  return key;
}

function parseBody(text: string): Record<string, unknown> {
  if (text === '') return {};
  try {
    const body: unknown = JSON.parse(text);
    const cleaned = cleanTexts(body);
    return isRecord(cleaned) ? cleaned : {};
  } catch {
    throw panelErrors.malformedJson();
  }
}

/** The panel trims every text of a request and takes blank ones for null. */
function cleanTexts(value: unknown): unknown {
  if (typeof value === 'string') return value.trim() || null;
  if (Array.isArray(value)) return value.map(cleanTexts);
  if (!isRecord(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, entry]) => [name, cleanTexts(entry)]));
}

function checkKey(panel: PanelContext, request: RawRequest, key: KeyRow) {
  if (panel.faults.twoFactorRequired) throw panelErrors.twoFactor();
  const isAllowed = key.allowedIps === null || key.allowedIps.includes(request.clientIp);
  if (isAllowed && !panel.faults.ipBlocked) return;
  throw panelErrors.forbidden(
    `This IP address (${request.clientIp}) does not have permission to access the API using these credentials.`,
  );
}

function checkOwner(panel: PanelContext, key: KeyRow) {
  const owner = panel.state.users.find((user) => user.id === key.userId);
  if (owner?.rootAdmin && !panel.faults.ownerNotAdmin) return;
  throw panelErrors.forbidden('This account does not have permission to access the API.');
}

function errorAnswer(
  panel: PanelContext,
  request: RawRequest,
  error: PanelError,
  limitHeaders: Record<string, string>,
): RawAnswer {
  const headers = { ...limitHeaders, ...error.headers };
  if (/[/+]json/.test(request.accept)) {
    return json({ status: error.status, body: { errors: error.errors } }, headers);
  }
  const location = redirectOf(error, panel.baseUrl());
  const page = location === null ? htmlPage(error.status) : redirectPage(location);
  return { ...page, headers: { ...page.headers, ...headers } };
}

function json({ status, body }: PanelAnswer, headers: Record<string, string>): RawAnswer {
  if (body === undefined) return { status, headers, text: '' };
  return { status, headers: { ...headers, 'content-type': 'application/json' }, text: JSON.stringify(body) };
}
