import type { UploadedFile } from './messages.ts';
import type { RateLimits, RouteKey } from './rate-limits.ts';
import type { World } from './world.ts';

export type RouteContext = {
  world: World;
  /** Name and port that the client knows us by: a way to us may lie in between. */
  host: string;
  limits: RateLimits;
  params: Record<string, string>;
  query: URLSearchParams;
  body: unknown;
  files: UploadedFile[];
};

export type Answer = { status: number; body?: unknown; headers?: Record<string, string> };

export type Route = {
  method: string;
  /** With `:name` for each variable part. */
  pattern: string;
  /** The token in the path is enough: no Authorization header is asked for. */
  open?: boolean;
  handle: (context: RouteContext) => Answer;
};

export type Match = { route: Route; params: Record<string, string>; key: RouteKey };

export const ok = (body: unknown): Answer => ({ status: 200, body });
export const created = (body: unknown): Answer => ({ status: 201, body });
export const noContent: Answer = { status: 204 };

/** A part of the path that the route's pattern names. */
export function param({ params }: RouteContext, name: string): string {
  const value = params[name];
  if (value === undefined) throw new Error(`this route has no parameter ${name}`);
  return value;
}

/** The route of a request; `wrongMethod` when only the method does not fit. */
export function matchRoute(
  routes: readonly Route[],
  method: string,
  path: string,
): Match | 'wrongMethod' | null {
  let pathKnown = false;
  for (const route of routes) {
    const params = matchPattern(route.pattern, path);
    if (!params) continue;
    pathKnown = true;
    if (route.method === method) return { route, params, key: keyOf(route, params) };
  }
  return pathKnown ? 'wrongMethod' : null;
}

function matchPattern(pattern: string, path: string): Record<string, string> | null {
  const wanted = pattern.split('/');
  const given = path.split('/');
  if (wanted.length !== given.length) return null;
  const params: Record<string, string> = {};
  for (const [index, part] of wanted.entries()) {
    const value = given[index] ?? '';
    if (part.startsWith(':')) params[part.slice(1)] = value;
    else if (part !== value) return null;
  }
  return params;
}

function keyOf({ method, pattern }: Route, params: Record<string, string>): RouteKey {
  const webhook = params.token
    ? `${params.applicationId ?? params.interactionId}/${params.token}`
    : undefined;
  return {
    method,
    pattern,
    major: params.channelId ?? params.guildId ?? webhook ?? 'global',
    interaction: params.token !== undefined,
  };
}
