import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { noFaults, panelSwitches, wingsModes } from '../../sandbox/panel/faults.ts';
import { type PanelSimulator, startPanel } from '../../sandbox/panel/start-panel.ts';
import { createClock } from '../../src/lib/clock.ts';
import { createPanelClient, type PanelClient } from '../../src/panel/client.ts';
import { newServer, newUser, okValue, waitUntil } from './fixtures.ts';

const clock = createClock(50);
/** 20 real seconds: no test may fail because the machine is busy. */
const timeoutMs = 1_000_000;
const apiKey = 'ptla_test';
let panel: PanelSimulator;
let client: PanelClient;

beforeEach(async () => {
  panel = await startPanel({ clock, apiKey });
  client = createPanelClient({ url: panel.url, apiKey, clock, timeoutMs });
});
afterEach(() => panel.stop());

describe('the switches', () => {
  it('have one sentence each, and none is left out', () => {
    const names = panelSwitches.map(({ name }) => name);
    expect(names.toSorted()).toEqual(Object.keys(noFaults()).toSorted());
    for (const { label } of [...panelSwitches, ...wingsModes]) expect(label).toMatch(/^[A-Z].*\.$/);
  });

  it('"down" refuses connections until it is switched off again', async () => {
    panel.faults.down = true;
    expect(await client.listNodes()).toMatchObject({ kind: 'fault', fault: { kind: 'no_connection' } });
    panel.faults.down = false;
    await waitUntil(async () => expect((await client.listNodes()).kind).toBe('ok'));
  });

  it('"slowMs" delays every answer by the clock', async () => {
    panel.faults.slowMs = 5000;
    const startedMs = clock.now();
    await client.listNodes();
    expect(clock.now() - startedMs).toBeGreaterThanOrEqual(5000);
  });

  it('"installFails" ends an install in install_failed', async () => {
    panel.faults.installFails = true;
    const server = okValue(await client.createServer(await newServer(client)));
    expect(server.status).toBe('installing');
    await waitUntil(() => expect(panel.state.servers[0]?.status).toBe('install_failed'));
  });

  it('"installNever" leaves a server installing while another one becomes ready', async () => {
    panel.faults.installNever = true;
    await client.createServer(await newServer(client, { externalId: 'stuck' }));
    panel.faults.installNever = false;
    await client.createServer(await newServer(client, { externalId: 'fine', allocationId: 2 }));
    await waitUntil(() => expect(panel.state.servers[1]?.status).toBeNull());
    expect(panel.state.servers[0]?.status).toBe('installing');
  });
});

describe('the simulated panel', () => {
  it('limits a panel user to so many requests a minute, and lets them through again after it', async () => {
    let nowMs = 1_800_000_000_000;
    const stepped = { ...clock, now: () => nowMs };
    const strict = await startPanel({ clock: stepped, apiKey, rateLimitPerMinute: 2 });
    const caller = createPanelClient({ url: strict.url, apiKey, clock, timeoutMs });
    expect((await caller.listNodes()).kind).toBe('ok');
    expect((await caller.listNodes()).kind).toBe('ok');
    nowMs += 20_000;
    const limited = await caller.listNodes();
    nowMs += 40_000;
    const later = await caller.listNodes();
    await strict.stop();
    expect(limited).toMatchObject({ fault: { status: 429, retryAfterMs: 40_000 } });
    expect(later.kind).toBe('ok');
  });

  it('awaits its hooks before and after a request is processed, and logs the request', async () => {
    const seen: string[] = [];
    panel.onRequest(async ({ method, path, when }) => {
      seen.push(`${when} ${method} ${path.split('?')[0]} with ${panel.state.servers.length} servers`);
    });
    await client.createServer(await newServer(client));
    expect(seen.slice(-2)).toEqual([
      'before POST /api/application/servers with 0 servers',
      'after POST /api/application/servers with 1 servers',
    ]);
    expect(panel.requests.at(-1)).toMatchObject({ method: 'POST', status: 201 });
  });

  it('never gives the id of a vanished server to another one', async () => {
    panel.faults.wings[1] = '500';
    await client.createServer(await newServer(client));
    panel.faults.wings[1] = 'ok';
    expect(okValue(await client.createServer(await newServer(client))).id).toBe(2);
  });

  it('installs again when asked to', async () => {
    const { id } = okValue(await client.createServer(await newServer(client)));
    await waitUntil(() => expect(panel.state.servers[0]?.status).toBeNull());
    expect(okValue(await client.reinstallServer(id))).toBeNull();
    expect(panel.state.servers[0]?.status).toBe('installing');
    await waitUntil(() => expect(panel.state.servers[0]?.status).toBeNull());
  });

  it('an install that was started over does not end the one that followed', async () => {
    const { id } = okValue(await client.createServer(await newServer(client)));
    panel.faults.installNever = true;
    await client.reinstallServer(id);
    panel.faults.installNever = false;
    await client.createServer(await newServer(client, { externalId: 'later', allocationId: 2 }));
    await waitUntil(() => expect(panel.state.servers[1]?.status).toBeNull());
    expect(panel.state.servers[0]?.status).toBe('installing');
  });

  it('sells every game of its default seed with the defaults of its egg', async () => {
    const user = okValue(await client.createUser(newUser()));
    for (const egg of panel.state.eggs) {
      const server = await newServer(client, { eggId: egg.id, externalId: egg.name, allocationId: egg.id });
      expect(okValue(await client.createServer({ ...server, userId: user.id })).eggId).toBe(egg.id);
    }
    expect(panel.state.eggs.map((egg) => egg.name)).toContain('Crewlink');
  });
});
