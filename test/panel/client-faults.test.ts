import type { RequestListener } from 'node:http';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type PanelSimulator, startPanel } from '../../sandbox/panel/start-panel.ts';
import { createClock } from '../../src/lib/clock.ts';
import { createPanelClient, type PanelClient } from '../../src/panel/client.ts';
import { safeDetail } from '../../src/panel/fault.ts';
import { faultOf, newUser } from './fixtures.ts';
import { startOther } from './not-a-panel.ts';

const clock = createClock(50);
/** 20 real seconds: no test may fail because the machine is busy. */
const timeoutMs = 1_000_000;
const apiKey = 'ptla_secret';
let panel: PanelSimulator;
let client: PanelClient;
const stops: (() => Promise<void>)[] = [];

beforeEach(async () => {
  panel = await startPanel({ clock, apiKey });
  client = createPanelClient({ url: panel.url, apiKey, clock, timeoutMs });
});
afterEach(async () => {
  await panel.stop();
  for (const stop of stops.splice(0)) await stop();
});

/** A client of something that is not a panel. */
async function clientOf(answer: RequestListener): Promise<PanelClient> {
  const other = await startOther(answer);
  stops.push(other.stop);
  return createPanelClient({ url: other.url, apiKey, clock, timeoutMs });
}

describe('an answer that is not the API', () => {
  it('an HTML page of a proxy is told by its title', async () => {
    panel.faults.html502 = true;
    expect(faultOf(await client.listNodes())).toMatchObject({
      kind: 'html',
      status: 502,
      code: null,
      detail: '502 Bad Gateway',
    });
  });

  it('a redirect is not followed', async () => {
    panel.faults.redirect = true;
    const fault = faultOf(await client.findServerByExternalId('order-1'));
    expect(fault).toMatchObject({ kind: 'redirect', status: 302, detail: `${panel.url}/auth/login` });
    expect(panel.requests).toHaveLength(1);
  });

  it.each([
    [200, { object: 'list', data: [] }, 'meta'],
    [
      200,
      { data: [{ attributes: { id: 'one' } }], meta: { pagination: { total_pages: 1 } } },
      'data.0.attributes',
    ],
    [200, { data: [], meta: { pagination: { total_pages: 1e9 } } }, 'total_pages'],
    [500, { message: 'Server Error' }, 'errors'],
    [200, null, 'body'],
  ])('status %i with %j is JSON of a wrong shape', async (status, body, where) => {
    const other = await clientOf(
      (_request, response) => void response.writeHead(status).end(JSON.stringify(body)),
    );
    const fault = faultOf(await other.listNodes());
    expect(fault).toMatchObject({ kind: 'unexpected_shape', status });
    expect(fault.detail).toContain(where);
  });

  it('an unknown route is not a missing record', async () => {
    const wrong = createPanelClient({ url: `${panel.url}/panel`, apiKey, clock });
    const faults = [await wrong.findServerByExternalId('order-1'), await client.findUserByExternalId('a/b')];
    for (const result of faults) {
      expect(faultOf(result)).toMatchObject({ kind: 'error', status: 404, code: 'NotFoundHttpException' });
    }
  });

  it('a 404 without the envelope is not a missing record either', async () => {
    const other = await clientOf((_request, response) => void response.writeHead(404).end('{}'));
    expect(faultOf(await other.getServer(1))).toMatchObject({ kind: 'unexpected_shape', status: 404 });
  });

  it('nor is a 404 of another kind, whatever its words', async () => {
    const detail = 'The requested resource could not be found on the server.';
    const errors = [{ code: 'DaemonConnectionException', status: '404', detail }];
    const other = await clientOf(
      (_request, response) => void response.writeHead(404).end(JSON.stringify({ errors })),
    );
    expect(faultOf(await other.getServer(1))).toMatchObject({
      kind: 'error',
      code: 'DaemonConnectionException',
    });
  });
});

describe("the panel's own errors", () => {
  it.each([
    ['keyRevoked', 401, 'AuthenticationException'],
    ['noPermission', 403, 'AccessDeniedHttpException'],
    ['ipBlocked', 403, 'AccessDeniedHttpException'],
    ['ownerNotAdmin', 403, 'AccessDeniedHttpException'],
    ['twoFactorRequired', 400, 'TwoFactorAuthRequiredException'],
    ['maintenance', 503, 'HttpException'],
    ['databaseDown', 500, 'QueryException'],
    ['redisDown', 500, 'ConnectionException'],
    ['rateLimited', 429, 'ThrottleRequestsException'],
  ] as const)('"%s" is %i %s', async (name, status, code) => {
    panel.faults[name] = true;
    expect(faultOf(await client.listNodes())).toMatchObject({ kind: 'error', status, code });
  });

  it('a rate limit says how long to wait', async () => {
    panel.faults.rateLimited = true;
    const { retryAfterMs } = faultOf(await client.listNodes());
    expect(retryAfterMs).toBeGreaterThan(0);
    expect(retryAfterMs).toBeLessThanOrEqual(60_000);
  });

  it('a date in Retry-After is measured from the time of the reply', async () => {
    const other = await clientOf((_request, response) => {
      response.sendDate = false;
      response.writeHead(503, {
        date: 'Mon, 23 Nov 2026 21:00:00 GMT',
        'retry-after': 'Mon, 23 Nov 2026 21:01:30 GMT',
      });
      response.end('<title>Closed</title>');
    });
    const result = await other.listNodes();
    expect(faultOf(result)).toMatchObject({ retryAfterMs: 90_000, detail: 'Closed' });
    expect(result.panelTimeMs).toBe(Date.UTC(2026, 10, 23, 21));
  });

  it("carry the panel's time, as good answers do", async () => {
    const good = await client.listNodes();
    panel.faults.maintenance = true;
    for (const { panelTimeMs } of [good, await client.listNodes()]) {
      expect(Math.abs((panelTimeMs ?? 0) - clock.now())).toBeLessThan(60_000);
    }
  });
});

describe('what a fault may tell', () => {
  it('never the key, an e-mail address or a query', async () => {
    panel.faults.noPermission = true;
    const text = JSON.stringify([
      await client.findUserByEmail('buyer@example.com'),
      await client.createUser(newUser()),
    ]);
    expect(text).not.toContain(apiKey);
    expect(text).not.toContain('buyer@');
    expect(text).toContain('"request":"GET /users"');
  });

  it('a detail of at most 300 characters on one line', () => {
    expect(safeDetail('a\u0000b\r\nc\u202ed')).toBe('a b c d');
    expect(safeDetail('x'.repeat(1000))).toHaveLength(300);
  });
});
