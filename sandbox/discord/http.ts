/** The REST side: faults, limits, authorisation, then the route. */
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { ApiError, refuse } from './errors.ts';
import type { RateLimits } from './rate-limits.ts';
import { type RequestBody, readBody } from './request-body.ts';
import type { RequestLog } from './request-log.ts';
import { type Answer, type Match, matchRoute, type Route } from './router.ts';
import { accountRoutes } from './routes/account.ts';
import { channelRoutes } from './routes/channels.ts';
import { commandRoutes } from './routes/commands.ts';
import { guildRoutes } from './routes/guild.ts';
import { interactionRoutes } from './routes/interactions.ts';
import { messageRoutes } from './routes/messages.ts';
import { threadRoutes } from './routes/threads.ts';
import type { World } from './world.ts';

const ROUTES: readonly Route[] = [
  ...accountRoutes,
  ...guildRoutes,
  ...channelRoutes,
  ...threadRoutes,
  ...messageRoutes,
  ...commandRoutes,
  ...interactionRoutes,
];
const FORCED_WAIT_MS = 2000;

type Incoming = {
  method: string;
  path: string;
  query: URLSearchParams;
  host: string;
  authorization: string;
  content: RequestBody;
};
type Deps = { world: World; limits: RateLimits; log: RequestLog };

/** What `http.createServer` calls for each request. */
export function createRequestListener(deps: Deps): RequestListener {
  return (request, response) => {
    // A client that went away needs no answer, and must not end the simulator.
    serve(deps, request, response).catch(() => request.socket.destroy());
  };
}

async function serve(deps: Deps, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { world, log } = deps;
  const url = new URL(request.url ?? '/', 'http://localhost');
  const method = request.method ?? 'GET';
  if (url.pathname.startsWith('/attachments/')) return serveAttachment(world, url.pathname, response);
  const path = decodeURIComponent(url.pathname.replace(/^\/api(\/v\d+)?/, ''));
  const content = await readBody(request);
  if (world.faults.down) {
    log.add(method, path, 0);
    request.socket.destroy();
    return;
  }
  if (world.faults.slowMs > 0) await world.clock.sleep(world.faults.slowMs, world.stopping);
  const { body } = content;
  await log.tell({ method, path, body, when: 'before' });
  const { authorization = '', host = '' } = request.headers;
  const answer = process(deps, { method, path, query: url.searchParams, host, authorization, content });
  log.add(method, path, answer.status);
  await log.tell({ method, path, body, when: 'after' });
  if (world.faults.answerLostOnce && answer.status === 200 && isCreate(method, path)) {
    world.faults.answerLostOnce = false;
    request.socket.destroy();
    return;
  }
  write(response, answer);
}

function isCreate(method: string, path: string): boolean {
  return method === 'POST' && /^\/channels\/\d+\/messages$/.test(path);
}

function process(deps: Deps, incoming: Incoming): Answer {
  const { world, limits } = deps;
  const match = matchRoute(ROUTES, incoming.method, incoming.path);
  let headers: Record<string, string> = {};
  try {
    if (!match) throw refuse.notFound();
    if (match === 'wrongMethod') throw refuse.methodNotAllowed();
    if (!match.route.open && incoming.authorization !== `Bot ${world.token}`) throw refuse.unauthorized();
    const isEdit = incoming.method === 'PATCH' && match.key.pattern.includes('/messages/');
    const verdict =
      world.faults.rateLimited || (world.faults.editsLimited && isEdit)
        ? limits.refuse(match.key, FORCED_WAIT_MS)
        : limits.take(match.key);
    headers = verdict.headers;
    if (verdict.refused) return tooMany(verdict.refused, headers);
    if (takeServerError(world)) throw refuse.serverError();
    return { ...run(deps, match, incoming), headers };
  } catch (error) {
    return refusal(error, headers);
  }
}

function run({ world, limits }: Deps, { route, params }: Match, incoming: Incoming): Answer {
  const { query, host } = incoming;
  const { body, files, isInvalid } = incoming.content;
  if (isInvalid) throw refuse.invalidJson();
  return route.handle({ world, host, limits, params, query, body, files });
}

function refusal(error: unknown, headers: Record<string, string>): Answer {
  if (!(error instanceof ApiError))
    return { status: 500, body: { message: String(error), code: 0 }, headers };
  const retryAfter = error.more.retry_after;
  const wait = error.status === 429 ? { 'retry-after': String(retryAfter), 'x-ratelimit-scope': 'user' } : {};
  return { status: error.status, body: error.body(), headers: { ...headers, ...wait } };
}

function tooMany(
  refused: { retryAfterSeconds: number; global: boolean },
  headers: Record<string, string>,
): Answer {
  const { retryAfterSeconds, global } = refused;
  const body = { message: 'You are being rate limited.', retry_after: retryAfterSeconds, global };
  return { status: 429, body, headers };
}

function takeServerError({ faults }: World): boolean {
  if (typeof faults.rest500 === 'boolean') return faults.rest500;
  if (faults.rest500 <= 0) return false;
  faults.rest500 -= 1;
  return true;
}

function write(response: ServerResponse, { status, body, headers }: Answer): void {
  // A 204 with a JSON content type makes discord.js parse its missing body.
  const type = status === 204 ? {} : { 'content-type': 'application/json' };
  response.writeHead(status, { ...headers, ...type });
  response.end(status === 204 ? undefined : JSON.stringify(body));
}

function serveAttachment(world: World, path: string, response: ServerResponse): void {
  const [, , messageId = '', attachmentId] = path.split('/');
  const found = world.messages.get(messageId)?.attachments.find(({ id }) => id === attachmentId);
  response.writeHead(found ? 200 : 404, { 'content-type': found?.contentType || 'application/octet-stream' });
  response.end(found?.bytes);
}
